import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';

const ORDERS = new URL('../../../dist/src/apps/orders/main.js', import.meta.url).pathname;
const SHOP = new URL('../../../dist/src/apps/shop/main.js', import.meta.url).pathname;

const children: ChildProcessByStdio<null, Readable, null>[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Starts a program and answers the address it says it listens on. */
async function start(program: string, env: Record<string, string>): Promise<{ url: string; child: (typeof children)[number] }> {
  const child = spawn(process.execPath, [program], { env: { PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  while (!text.includes('\n')) await once(child.stdout, 'data');
  const { message } = JSON.parse(text.split('\n')[0]!) as { message: string };
  return { url: `http://127.0.0.1:${message.split(' ').at(-1)}`, child };
}

test('the programs of both images keep an order together; without the service the shop goes on without it', async () => {
  const orders = await start(ORDERS, { ORDERS_PASSWORD: 'pw' });
  const shop = await start(SHOP, { RELEASE: '1.0', ORDERS_URL: orders.url, ORDERS_PASSWORD: 'pw' });
  const order = async (): Promise<number> => (await fetch(`${shop.url}/cart`, { method: 'POST', body: 'product=mug' })).status;
  expect(await order()).toBe(201);
  expect(await (await fetch(shop.url)).text()).toContain('Orders so far: 1');
  expect((await fetch(`${orders.url}/orders`, { method: 'POST', body: 'x'.repeat(20_000) })).status).toBe(413);
  const exited = once(orders.child, 'exit');
  orders.child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(await order()).toBe(503);
  const page = await fetch(shop.url);
  expect([page.status, (await page.text()).includes('Orders so far')]).toEqual([200, false]);
});

test.each([
  ['orders', ORDERS],
  ['shop', SHOP],
])('%s outlive a customer who leaves half-way through an order', async (_, program) => {
  const { url, child } = await start(program, { RELEASE: '1.0', ORDERS_PASSWORD: 'pw' });
  const customer = connect(Number(new URL(url).port), '127.0.0.1');
  customer.write('POST /cart HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nproduct=', () => customer.destroy());
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  expect(line).toContain('a request was given up: Error: aborted');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});
