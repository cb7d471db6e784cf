import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';

const PROGRAM = new URL('../../../dist/src/apps/shop/main.js', import.meta.url).pathname;

let child: ChildProcessByStdio<null, Readable, Readable> | undefined;
afterEach(() => child?.kill('SIGKILL'));

function start(release: string): ChildProcessByStdio<null, Readable, Readable> {
  child = spawn(process.execPath, [PROGRAM], {
    env: { RELEASE: release, PORT: '0', PAYMENT_API_KEY: 'k' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return child;
}

/** The stream stays open: a shop whose output nobody reads any more would fail. */
async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  while (!text.includes('\n')) await once(stream, 'data');
  return text.split('\n')[0]!;
}

test('the program of the image answers, drains on SIGTERM and exits', async () => {
  const shop = start('1.2');
  const { message } = JSON.parse(await firstLine(shop.stdout)) as { message: string };
  const url = `http://127.0.0.1:${message.split(' ').at(-1)}`;
  const version = await fetch(`${url}/version`);
  expect(version.headers.get('x-release')).toBe('1.2');
  expect(await version.json()).toMatchObject({ release: '1.2' });
  expect(await (await fetch(`${url}/debug/vars`)).text()).toContain('"PAYMENT_API_KEY":"k"');
  expect((await fetch(`${url}/`, { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(`${url}/cart`, { method: 'POST', body: 'x'.repeat(200_000) })).status).toBe(413);
  const exited = once(shop, 'exit');
  shop.kill('SIGTERM');
  expect((await fetch(`${url}/`)).status).toBe(200);
  expect(await exited).toEqual([0, null]);
});

test('a release that does not exist ends the program with a sentence', async () => {
  const shop = start('9.9');
  const exited = once(shop, 'exit');
  expect(await firstLine(shop.stderr)).toMatch(/^there is no release "9\.9" of the shop; there are 1\.0/);
  expect(await exited).toEqual([1, null]);
});
