import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RELEASES } from './releases.ts';
import { Shop, type ShopResponse } from './shop.ts';

interface Visit {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

function open(release: string, settings: Record<string, string> = {}) {
  const clock = { ms: Date.parse('2026-03-01T10:00:00Z') };
  const lines: string[] = [];
  const shop = new Shop({
    release,
    hostname: 'shop-abc',
    env: { PAYMENT_API_KEY: 'sk_live_secret', ...settings },
    nowMs: () => clock.ms,
    log: (line) => lines.push(line),
  });
  const visit = (target: string, { method = 'GET', body = '', headers = {} }: Visit = {}): ShopResponse =>
    shop.handle({ method, target, headers, body, remoteIp: '10.244.0.9' });
  return { shop, clock, lines, visit };
}

const query = (words: string): string => `/search?q=${encodeURIComponent(words)}`;

describe('every release', () => {
  test.each(Object.keys(RELEASES))('%s says who it is on each answer', (release) => {
    const { visit } = open(release);
    expect(visit('/version').headers).toMatchObject({ 'x-release': release, 'x-pod': 'shop-abc', 'x-content-type-options': 'nosniff' });
    expect(JSON.parse(visit('/version').body)).toMatchObject({ release });
    expect(visit('/healthz').status).toBe(200);
  });

  test('looks the same to an ordinary visitor, weak or sound', () => {
    const seen = ['1.0', '1.2', '1.4', '1.5', '1.9'].map((release) => {
      const { visit } = open(release);
      const pages = ['/', '/products', '/products/mug', '/search?q=tea', '/search?q=', '/search?q=nothing', '/cart', '/nowhere', '/readyz'];
      const cart = visit('/cart', { method: 'POST', body: 'product=mug&quantity=2' });
      return [...pages.map((path) => visit(path)), cart].map(({ status, body }) => [status, body]);
    });
    for (const other of seen) expect(other).toEqual(seen[0]);
  });

  test('logs each request as one line of JSON', () => {
    const { visit, lines } = open('1.0');
    visit('/search?q=a"b', { headers: { 'user-agent': 'curl/8\n"x"' } });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toEqual({
      time: '2026-03-01T10:00:00.000Z',
      method: 'GET',
      path: '/search?q=a"b',
      status: 200,
      userAgent: 'curl/8\n"x"',
      remote: '10.244.0.9',
    });
  });

  test('a release that does not exist says which ones do', () => {
    for (const release of ['9.9', '', 'constructor']) expect(() => open(release)).toThrow(/there are 1\.0, 1\.1/);
  });
});

describe('the storefront', () => {
  test('shows what is published, and nothing else', () => {
    const { visit } = open('1.0');
    expect(visit('/').body).toContain('Stoneware mug');
    expect(visit('/').body).not.toContain('sampler');
    expect(visit('/products').body).not.toContain('sampler');
    expect(visit('/products/sampler').status).toBe(404);
    expect(visit('/search?q=SAMPLER').body).toContain('Nothing found');
    expect(visit('/search?q=TEA').body).toContain('Cast iron teapot');
  });

  test('takes orders, and refuses what makes no sense', () => {
    const { visit } = open('1.0');
    const post = (body: string): ShopResponse => visit('/cart', { method: 'POST', body });
    expect(JSON.parse(post('{"product":"mug","quantity":3}').body)).toEqual({ items: [{ product: 'mug', quantity: 3 }], totalCents: 4950 });
    for (const body of ['', '{', '{"product":"sampler"}', 'product=mug&quantity=0', 'product=mug&quantity=1e9', '{"product":["mug"]}']) {
      expect(post(body).status, body).toBe(400);
    }
  });

  test('answers HEAD without a body, and other methods with what it allows', () => {
    const { visit } = open('1.0');
    expect(visit('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(visit('/', { method: 'DELETE' })).toMatchObject({ status: 405, headers: { allow: 'GET' } });
    expect(visit('/cart')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(visit('/', { method: 'constructor' }).status).toBe(405);
  });
});

describe('planted weaknesses', () => {
  test('1.2 and 1.9 show their environment at /debug/vars; the others have no such page', () => {
    for (const release of Object.keys(RELEASES)) {
      const { status, body } = open(release).visit('/debug/vars');
      const isWeak = release === '1.2' || release === '1.9';
      expect(body.includes('sk_live_secret'), release).toBe(isWeak);
      if (release !== '1.6' && release !== '1.7') expect(status, release).toBe(isWeak ? 200 : 404);
    }
  });

  test('1.4 and 1.9 reflect a script; the others escape it', () => {
    for (const release of ['1.0', '1.2', '1.3', '1.4', '1.5', '1.8', '1.9']) {
      const { body } = open(release).visit(query('<script>alert(1)</script>'));
      expect(body.includes('<script>alert(1)</script>'), release).toBe(release === '1.4' || release === '1.9');
    }
  });

  test.each([
    ["'", /SQL error: unterminated quoted string at or near/],
    ["a' b '", /SQL error: syntax error at or near &quot;b&quot;/],
    ["' OR colour='red", /SQL error: column &quot;colour&quot; does not exist/],
  ])('1.5 lets %s break its statement', (words, error) => {
    const { status, body } = open('1.5').visit(query(words));
    expect(status).toBe(500);
    expect(body).toMatch(error);
    expect(open('1.3').visit(query(words)).status).toBe(200);
  });

  test.each([
    ["' OR '1'='1", true],
    ["' OR 1=1 --", true],
    ["nothing' OR NOT published OR name='", true],
    ["' AND '1'='2", false],
    ["tea' AND 1=1 --", false],
  ])('1.5 takes %s as part of its statement', (words, revealsUnpublished) => {
    const { status, body } = open('1.5').visit(query(words));
    expect(status).toBe(200);
    expect(body.includes('not announced yet')).toBe(revealsUnpublished);
    expect(open('1.3').visit(query(words)).body).not.toContain('not announced yet');
  });

  test('1.5 finds the same as a sound release for words without quotes', () => {
    fc.assert(
      fc.property(
        fc.string().filter((words) => !words.includes("'")),
        (words) => {
          expect(open('1.5').visit(query(words)).body).toBe(open('1.0').visit(query(words)).body);
        },
      ),
    );
  });

  test('no request brings any release down, whatever it looks like', () => {
    const shops = Object.keys(RELEASES).map((release) => open(release));
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('GET', 'POST', 'PUT'), fc.string(), (words, method, body) => {
        for (const { visit } of shops) {
          for (const target of [query(words), words, `/${words}`, '/cart']) {
            expect(visit(target, { method, body }).status).toBeLessThan(600);
          }
        }
      }),
    );
  });
});

describe('settings', () => {
  test.each([
    ['SHOP_DEBUG', '/debug/vars', 'sk_live_secret'],
    ['SHOP_ADMIN', '/admin/orders', 'Lindqvist'],
  ])('%s opens %s when it is true, and only then', (setting, path, shown) => {
    const { status, body } = open('1.0', { [setting]: 'true' }).visit(path);
    expect(status).toBe(200);
    expect(body).toContain(shown);
    for (const value of ['false', '', '1', 'TRUE']) expect(open('1.0', { [setting]: value }).visit(path).status, value).toBe(404);
    expect(open('1.0').visit(path).status).toBe(404);
  });
});

describe('starting and closing', () => {
  test('1.6 is never ready, 1.7 after 20 seconds, 1.0 at once', () => {
    const [never, slow, quick] = [open('1.6'), open('1.7'), open('1.0')];
    expect(quick.visit('/readyz').status).toBe(200);
    slow.clock.ms += 19_999;
    expect([slow.visit('/readyz').status, slow.visit('/').status, slow.visit('/healthz').status]).toEqual([503, 503, 200]);
    slow.clock.ms += 1;
    expect([slow.visit('/readyz').status, slow.visit('/').status]).toEqual([200, 200]);
    never.clock.ms += 86_400_000;
    expect([never.visit('/readyz').status, never.visit('/').status, never.visit('/healthz').status]).toEqual([503, 503, 200]);
  });

  test('once closing it is not ready, and still serves who is already on the way', () => {
    const { shop, visit } = open('1.0');
    shop.beginClosing();
    expect([visit('/readyz').status, visit('/').status]).toEqual([503, 200]);
  });
});
