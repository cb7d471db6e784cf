import { beforeEach, expect, test } from 'vitest';
import { keepOrders, type OutgoingRequest } from './order-keeping.ts';
import { Shop, type ShopResponse } from './shop.ts';

const ENV = { ORDERS_URL: 'http://orders/', ORDERS_PASSWORD: 'pw' };

let sent: OutgoingRequest[];
let logged: string[];

beforeEach(() => {
  sent = [];
  logged = [];
});

type Answer = { status: number; body: string } | Error;

function open(answer: Answer, env: Record<string, string> = ENV) {
  const place = { hostname: 'shop-abc', env, nowMs: () => 0, log: (line: string) => logged.push(line) };
  const handle = keepOrders(new Shop({ release: '1.0', ...place }), {
    ...place,
    send: async (request) => {
      sent.push(request);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return async (method: string, target: string, body = ''): Promise<ShopResponse> =>
    handle({ method, target, headers: { 'user-agent': 'me' }, body, remoteIp: '' });
}

test('an order is stored with who passed it on', async () => {
  const visit = open({ status: 201, body: '{"id":1001}' });
  expect(await visit('POST', '/cart', 'product=mug&quantity=2')).toMatchObject({ status: 201 });
  expect(sent).toMatchObject([{ method: 'POST', url: 'http://orders/orders', headers: { authorization: 'Bearer pw' } }]);
  expect(JSON.parse(sent[0]!.body!)).toEqual({ product: 'mug', quantity: 2, totalCents: 3300, by: 'shop-abc', agent: 'me' });
});

test('the front page counts orders', async () => {
  const { body, headers } = await open({ status: 200, body: '{"orders":7}' })('GET', '/');
  expect(body).toContain('Orders so far: 7');
  expect(headers['content-length']).toBe(String(new TextEncoder().encode(body).length));
});

test.each<[string, Answer]>([
  ['does not answer', new Error('fetch failed', { cause: new Error('connect ETIMEDOUT') })],
  ['refuses', { status: 401, body: '{}' }],
])('when the service %s, orders are refused, the front page is there, and the log says why', async (_, answer) => {
  const visit = open(answer);
  const refused = await visit('POST', '/cart', 'product=mug');
  expect([refused.status, refused.headers['content-length']]).toEqual([503, String(refused.body.length)]);
  expect(await visit('GET', '/')).toEqual(await open(answer, {})('GET', '/'));
  expect(logged.join('\n')).toMatch(/cannot be reached: connect ETIMEDOUT|refused POST \/orders: 401/);
});

test('whatever is no order asks nobody, nor does a shop that keeps none', async () => {
  const visit = open(new Error('nobody'));
  expect((await visit('POST', '/cart', 'product=nosuch')).status).toBe(400);
  for (const target of ['/products', '/search?q=tea', '/healthz', '/version']) expect((await visit('GET', target)).status).toBe(200);
  expect((await open(new Error('nobody'), {})('POST', '/cart', 'product=mug')).status).toBe(201);
  expect(sent).toEqual([]);
});
