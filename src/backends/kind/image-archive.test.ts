import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PretendDocker } from '../../../tests/support/pretend-machine.ts';
import { archiveFolder, keepArchive, removeArchives } from './image-archive.ts';

const LAB = { name: 'lab', images: ['lab/shop:1.0', 'lab/shop:1.1'] };

let cache: string;
let folder: string;
let docker: PretendDocker;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'lab-archives-'));
  folder = archiveFolder(cache);
  docker = new PretendDocker();
  for (const image of LAB.images) docker.images.set(image, `sha256:${image}`);
});

afterEach(() => rm(cache, { recursive: true }));

describe('an archive of images', () => {
  it('is made once', async () => {
    const file = await keepArchive(docker, folder, LAB);
    expect(await readFile(join(folder, file), 'utf8')).toBe('images: lab/shop:1.0 lab/shop:1.1');
    docker.save = () => Promise.reject(new Error('saved again'));
    expect(await keepArchive(docker, folder, LAB)).toBe(file);
  });

  it('gives way to another one when an image is another one', async () => {
    const before = await keepArchive(docker, folder, LAB);
    docker.images.set('lab/shop:1.1', 'sha256:another');
    const after = await keepArchive(docker, folder, LAB);
    expect(after).not.toBe(before);
    expect(await readdir(folder)).toEqual([after]);
  });

  it('leaves those of other images alone', async () => {
    const other = await keepArchive(docker, folder, { ...LAB, name: 'lab-with-tekton' });
    const file = await keepArchive(docker, folder, LAB);
    docker.images.set('lab/shop:1.1', 'sha256:another');
    const after = await keepArchive(docker, folder, LAB);
    expect(await readdir(folder)).toEqual(expect.arrayContaining([other, after]));
    expect(await readdir(folder)).not.toContain(file);
  });

  it('is there as a whole or not at all, also while another command makes the same', async () => {
    const save = docker.save.bind(docker);
    docker.save = () =>
      Promise.resolve(
        Readable.from(
          (async function* () {
            yield await Promise.resolve(Buffer.from('images: '));
            throw new Error('Docker went away');
          })(),
        ),
      );
    await expect(keepArchive(docker, folder, LAB)).rejects.toThrow('Docker went away');
    expect(await readdir(folder)).toEqual([]);
    docker.save = save;
    const [one, two] = await Promise.all([keepArchive(docker, folder, LAB), keepArchive(docker, folder, LAB)]);
    expect(one).toBe(two);
    expect(await readdir(folder)).toEqual([one]);
  });

  it('takes what somebody who was killed has left along, but not what somebody is at work on', async () => {
    await keepArchive(docker, folder, LAB);
    const [left, fresh] = [join(folder, 'lab-1.tar.tmp'), join(folder, 'lab-2.tar.tmp')];
    for (const path of [left, fresh]) await writeFile(path, 'half');
    await utimes(left, 0, 0);
    docker.images.set('lab/shop:1.1', 'sha256:another');
    const file = await keepArchive(docker, folder, LAB);
    expect((await readdir(folder)).sort()).toEqual(['lab-2.tar.tmp', file].sort());
  });

  it('goes with the others when the images of the lab go', async () => {
    await keepArchive(docker, folder, LAB);
    await removeArchives(cache);
    expect(await readdir(cache)).toEqual([]);
    await removeArchives(cache);
  });
});
