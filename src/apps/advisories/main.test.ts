import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PROGRAM = new URL('../../../dist/src/apps/advisories/main.js', import.meta.url).pathname;

let folder: string;
let child: ChildProcessByStdio<null, Readable, null>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'advisories-'));
});

afterEach(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test('the program of the image answers from its file, and exits on SIGTERM', async () => {
  const file = join(folder, 'list.json');
  child = spawn(process.execPath, [PROGRAM], { env: { PORT: '0', ADVISORIES_FILE: file }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const { message } = JSON.parse(line) as { message: string };
  const report = `http://127.0.0.1:${message.split(' ').at(-1)}/report?image=a:1`;
  expect((await fetch(report)).status).toBe(503);
  await writeFile(file, '{"a:1":[]}');
  expect(await (await fetch(report)).json()).toMatchObject({ image: 'a:1', critical: 0 });
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
