import { escapeHtml, page, productList, searchPage } from './pages.ts';
import { PRODUCTS, type Product } from './products.ts';
import { RELEASES, type Release, type Weakness } from './releases.ts';
import { searchProducts, searchProductsUnsafely } from './search.ts';
import { SqlError } from './sql.ts';

/** A request as the shop sees it; header names in lower case. */
export interface ShopRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  remoteIp: string;
}

/** An answer; header names in lower case. */
export interface ShopResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What the shop needs of the place it runs in. */
export interface ShopOptions {
  release: string;
  /** The pod's name. */
  hostname: string;
  env: Readonly<Record<string, string>>;
  /** When the shop started, in milliseconds since the epoch; now unless said. */
  startedMs?: number;
  nowMs(): number;
  /** Takes one line of the request log. */
  log(line: string): void;
}

interface Answer {
  status: number;
  type: 'text/html; charset=utf-8' | 'application/json' | 'text/plain; charset=utf-8';
  body: string;
  allow?: string;
}

const MAX_QUANTITY = 99;

/** What the page for the shop's own people shows. */
const ORDERS = [
  { customer: 'J. Okafor', items: 2, totalCents: 6400 },
  { customer: 'M. Lindqvist', items: 1, totalCents: 1650 },
];

/** The shop: a storefront, a search, a cart, and what an orchestrator asks for. One instance serves one release from its start on. */
export class Shop {
  readonly #options: ShopOptions;
  readonly #release: Release;
  readonly #startedMs: number;
  #isClosing = false;

  /** Throws an Error that names the releases there are when this is not one of them. */
  constructor(options: ShopOptions) {
    if (!Object.hasOwn(RELEASES, options.release)) {
      throw new Error(`there is no release "${options.release}" of the shop; there are ${Object.keys(RELEASES).join(', ')}`);
    }
    this.#options = options;
    this.#release = RELEASES[options.release]!;
    this.#startedMs = options.startedMs ?? options.nowMs();
  }

  /** From here on the shop is not ready any more, though it goes on answering. */
  beginClosing(): void {
    this.#isClosing = true;
  }

  /** Answers a request and logs it. */
  handle(request: ShopRequest): ShopResponse {
    const answer = this.#answer(request);
    this.#log(request, answer.status);
    return {
      status: answer.status,
      headers: {
        'content-type': answer.type,
        'content-length': String(Buffer.byteLength(answer.body)),
        'x-content-type-options': 'nosniff',
        'x-release': this.#options.release,
        'x-pod': this.#options.hostname,
        ...(answer.allow && { allow: answer.allow }),
      },
      body: answer.body,
    };
  }

  get #isReady(): boolean {
    const { readyAfterMs } = this.#release;
    return readyAfterMs !== undefined && this.#options.nowMs() - this.#startedMs >= readyAfterMs;
  }

  /** Settings are read once, at the start, as the environment of a process is. */
  #isSwitchedOn(setting: 'SHOP_DEBUG' | 'SHOP_ADMIN'): boolean {
    return this.#options.env[setting] === 'true';
  }

  #has(weakness: Weakness): boolean {
    return this.#release.weaknesses.includes(weakness);
  }

  #answer({ method, target, body }: ShopRequest): Answer {
    const [path = '', query = ''] = target.split(/\?(.*)/s);
    const route = this.#routes(path);
    if (!route) return notFound(path);
    const act = Object.hasOwn(route, method) ? route[method] : method === 'HEAD' ? route['GET'] : undefined;
    if (!act) return { ...text(405, 'method not allowed\n'), allow: Object.keys(route).join(', ') };
    const answer = act(new URLSearchParams(query), body);
    return method === 'HEAD' ? { ...answer, body: '' } : answer;
  }

  #routes(path: string): Record<string, (query: URLSearchParams, body: string) => Answer> | undefined {
    switch (path) {
      case '/healthz':
        return { GET: () => text(200, 'ok\n') };
      case '/readyz':
        return { GET: () => (this.#isReady && !this.#isClosing ? text(200, 'ready\n') : text(503, 'not ready\n')) };
      case '/version':
        return { GET: () => json(200, { name: 'shop', release: this.#options.release, pod: this.#options.hostname }) };
      case '/debug/vars':
        return this.#has('debug-endpoint') || this.#isSwitchedOn('SHOP_DEBUG')
          ? { GET: () => json(200, { env: this.#options.env }) }
          : undefined;
      case '/admin/orders':
        return this.#isSwitchedOn('SHOP_ADMIN') ? { GET: () => json(200, { orders: ORDERS }) } : undefined;
    }
    return this.#isReady ? this.#storeRoutes(path) : { GET: unavailable, POST: unavailable };
  }

  #storeRoutes(path: string): Record<string, (query: URLSearchParams, body: string) => Answer> | undefined {
    switch (path) {
      case '/':
        return { GET: () => html(200, STOREFRONT) };
      case '/products':
        return { GET: () => json(200, { products: published().map(publicView) }) };
      case '/search':
        return { GET: (query) => this.#search(query.get('q') ?? '') };
      case '/cart':
        return { POST: (_, body) => addToCart(body) };
    }
    const product = published().find(({ id }) => path === `/products/${id}`);
    return product && { GET: () => json(200, publicView(product)) };
  }

  #search(words: string): Answer {
    const shownWords = this.#has('reflected-script') ? words : escapeHtml(words);
    try {
      const found = this.#has('sql-injection') ? searchProductsUnsafely(words) : searchProducts(words);
      return html(200, searchPage(shownWords, found));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return html(500, page('Error', `<pre>SQL error: ${escapeHtml(error.message)}</pre>`));
    }
  }

  #log({ method, target, headers, remoteIp }: ShopRequest, status: number): void {
    const time = new Date(this.#options.nowMs()).toISOString();
    this.#options.log(JSON.stringify({ time, method, path: target, status, userAgent: headers['user-agent'] ?? '', remote: remoteIp }));
  }
}

function published(): Product[] {
  return PRODUCTS.filter(({ isPublished }) => isPublished);
}

const STOREFRONT = page('The tea and coffee shop', productList(published()));

function publicView({ id, name, priceCents }: Product): Record<string, unknown> {
  return { id, name, priceCents };
}

/** Takes `product` and `quantity` as a form or as JSON; the cart itself is the customer's to keep. */
function addToCart(body: string): Answer {
  const { product: id, quantity = '1' } = readFields(body);
  const product = published().find((candidate) => candidate.id === id);
  const count = Number(quantity);
  if (!product) return json(400, { error: 'no such product' });
  if (!Number.isInteger(count) || count < 1 || count > MAX_QUANTITY)
    return json(400, { error: `quantity must be from 1 to ${MAX_QUANTITY}` });
  return json(201, { items: [{ product: product.id, quantity: count }], totalCents: count * product.priceCents });
}

function readFields(body: string): { product?: string; quantity?: string } {
  if (!body.trimStart().startsWith('{')) return Object.fromEntries(new URLSearchParams(body));
  try {
    const { product, quantity } = JSON.parse(body) as Record<string, unknown>;
    return { ...(typeof product === 'string' && { product }), ...(typeof quantity === 'number' && { quantity: String(quantity) }) };
  } catch {
    return {};
  }
}

function unavailable(): Answer {
  return text(503, 'the shop is still starting\n');
}

function notFound(path: string): Answer {
  return html(404, page('Not found', `<p>There is no ${escapeHtml(path)} here.</p>`));
}

function html(status: number, body: string): Answer {
  return { status, type: 'text/html; charset=utf-8', body };
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body };
}
