import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTar, TarError, TarWriter } from './tar.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-tar-'));
  file = join(folder, 'archive.tar');
});

afterEach(() => rm(folder, { recursive: true }));

const FILES = { 'a.txt': 'hello', 'bin/tool': 'x'.repeat(70_000), empty: '', exact: 'y'.repeat(512) };

async function write(files: Record<string, string>): Promise<void> {
  const tar = new TarWriter(createWriteStream(file));
  for (const [name, text] of Object.entries(files)) await tar.add(name, Buffer.byteLength(text), [Buffer.from(text)], 0o755);
  await tar.end();
}

async function read(chunkBytes = 65_536, isRead: (name: string) => boolean = () => true): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, content } of readTar(createReadStream(file, { highWaterMark: chunkBytes }))) {
    if (!isRead(name)) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk);
    found[name] = Buffer.concat(chunks).toString();
  }
  return found;
}

describe('an archive', () => {
  it.each([[7], [512], [65_536]])('reads as it was written, in chunks of %i bytes', async (chunkBytes) => {
    await write(FILES);
    expect(await read(chunkBytes)).toEqual(FILES);
  });

  it('can be read in part', async () => {
    await write(FILES);
    expect(await read(1_000, (name) => name === 'exact')).toEqual({ exact: FILES.exact });
  });

  it('is one that tar understands, and the other way round', async () => {
    await write(FILES);
    expect(execFileSync('tar', ['-xOf', file, 'bin/tool'], { encoding: 'utf8' })).toBe(FILES['bin/tool']);
    await writeFile(join(folder, 'note'), 'from tar');
    execFileSync('tar', ['--format=ustar', '-cf', file, '-C', folder, 'note']);
    expect(await read()).toEqual({ note: 'from tar' });
  });

  it('is refused when it is none, or breaks off', async () => {
    await writeFile(file, 'z'.repeat(2_000));
    await expect(read()).rejects.toThrow(TarError);
    await write(FILES);
    execFileSync('truncate', ['-s', '30000', file]);
    await expect(read()).rejects.toThrow('it ends too soon');
    await expect(read(65_536, () => false)).rejects.toThrow('it ends too soon');
  });

  it('takes no content of another size than was said', async () => {
    const tar = new TarWriter(createWriteStream(file));
    await expect(tar.add('a', 5, [Buffer.from('four')])).rejects.toThrow('a has 4 bytes, not 5');
  });
});
