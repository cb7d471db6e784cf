import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Orders, type OrdersResponse } from './orders.ts';

const PASSWORD = 'pw-lab';
const ORDER = { product: 'mug', quantity: 2, totalCents: 3300, by: 'shop-a', agent: 'customer' };

let service: Orders;
let logged: string[];

beforeEach(() => {
  logged = [];
  service = new Orders({ env: { ORDERS_PASSWORD: PASSWORD }, nowMs: () => 0, log: (line) => logged.push(line) });
});

function ask(
  method: string,
  target: string,
  { body = '', password = PASSWORD }: { body?: string; password?: string } = {},
): OrdersResponse {
  return service.handle({ method, target, headers: { authorization: `Bearer ${password}` }, body, remoteIp: '10.244.0.9' });
}

describe('orders', () => {
  test('are kept, counted and shown', () => {
    expect(JSON.parse(ask('POST', '/orders', { body: JSON.stringify(ORDER) }).body)).toEqual({ id: 1001 });
    expect(ask('POST', '/orders', { body: JSON.stringify({ ...ORDER, agent: 'scanner' }) }).status).toBe(201);
    expect(JSON.parse(ask('GET', '/summary').body)).toEqual({ orders: 2, totalCents: 6600 });
    expect(JSON.parse(ask('GET', '/orders').body)).toMatchObject({
      orders: [
        { id: 1001, ...ORDER },
        { id: 1002, agent: 'scanner' },
      ],
    });
    expect(logged.map((line) => JSON.parse(line) as unknown)).toContainEqual({
      time: '1970-01-01T00:00:00.000Z',
      message: 'order 1002 stored',
      by: 'shop-a',
      agent: 'scanner',
    });
  });

  test.each(['', '{', 'null', '[]', '{"product":"mug"}', JSON.stringify({ ...ORDER, quantity: 1.5 }), JSON.stringify({ ...ORDER, by: 1 })])(
    '%j is none',
    (body) => {
      expect(ask('POST', '/orders', { body }).status).toBe(400);
    },
  );

  test('are for those who know the password, and for nobody while there is none', () => {
    for (const password of ['', 'other', `${PASSWORD} `]) expect(ask('GET', '/orders', { password }).status).toBe(401);
    const open = new Orders({ env: { ORDERS_PASSWORD: '' }, nowMs: () => 0, log: () => undefined });
    const headers = { authorization: 'Bearer ' };
    expect(open.handle({ method: 'GET', target: '/orders', headers, body: '', remoteIp: '' }).status).toBe(401);
  });
});

test('other requests are answered as one would expect; probes are not logged', () => {
  expect(service.handle({ method: 'GET', target: '/healthz', headers: {}, body: '', remoteIp: '' }).body).toBe('ok\n');
  expect(logged).toEqual([]);
  expect(ask('GET', '/nowhere').status).toBe(404);
  expect(ask('DELETE', '/orders').status).toBe(405);
  expect(ask('HEAD', '/summary')).toMatchObject({ status: 200, body: '' });
});

test('no request brings it down', () => {
  fc.assert(
    fc.property(fc.constantFrom('GET', 'POST'), fc.webPath(), fc.oneof(fc.string(), fc.json()), (method, path, body) => {
      for (const target of [path, '/orders']) expect(ask(method, target, { body }).status).toBeLessThan(500);
    }),
  );
});
