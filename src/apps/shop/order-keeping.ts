import type { Shop, ShopRequest, ShopResponse } from './shop.ts';

/** A request to the orders service. */
export interface OutgoingRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
}

/** What the shop needs to keep orders. */
export interface OrderKeepingOptions {
  /** The pod's name. */
  hostname: string;
  /** `ORDERS_URL` says where the orders service is, `ORDERS_PASSWORD` what opens it. */
  env: Readonly<Record<string, string>>;
  /** Rejects when there is no answer. */
  send: (request: OutgoingRequest) => Promise<{ status: number; body: string }>;
  nowMs(): number;
  /** Takes one line of the log. */
  log(line: string): void;
}

/** Longer than a lost packet takes to be sent again, shorter than a customer's patience. */
const TIMEOUT_MS = 1_500;

/** Answers a request, at once where nobody has to be asked. */
export type ShopHandler = (request: ShopRequest) => ShopResponse | Promise<ShopResponse>;

/**
 * A shop that keeps its orders in the orders service, if its environment names one: what is put into the cart is stored there, and the front page
 * says how many orders there are. Without the service the page does not say it, and orders are refused with 503. A shop without `ORDERS_URL` is as ever.
 */
export function keepOrders(shop: Shop, options: OrderKeepingOptions): ShopHandler {
  const { ORDERS_URL: url } = options.env;
  if (url === undefined || url === '') return (request) => shop.handle(request);
  const orders = new OrdersClient(url.replace(/\/+$/, ''), options);
  return (request) => {
    const answer = shop.handle(request);
    const [path] = request.target.split('?');
    if (path === '/cart' && answer.status === 201) return orders.store(request, answer);
    if (path === '/' && request.method === 'GET' && answer.status === 200) return orders.count(answer);
    return answer;
  };
}

class OrdersClient {
  readonly #url: string;
  readonly #options: OrderKeepingOptions;

  constructor(url: string, options: OrderKeepingOptions) {
    this.#url = url;
    this.#options = options;
  }

  async store(request: ShopRequest, accepted: ShopResponse): Promise<ShopResponse> {
    const { items, totalCents } = JSON.parse(accepted.body) as { items: { product: string; quantity: number }[]; totalCents: number };
    const order = { ...items[0], totalCents, by: this.#options.hostname, agent: request.headers['user-agent'] ?? '' };
    const stored = await this.#ask('POST', '/orders', JSON.stringify(order));
    if (stored?.status === 201) return accepted;
    return withBody({ ...accepted, status: 503 }, `${JSON.stringify({ error: 'your order cannot be taken just now' })}\n`);
  }

  async count(page: ShopResponse): Promise<ShopResponse> {
    const summary = await this.#ask('GET', '/summary');
    if (summary?.status !== 200) return page;
    const { orders } = JSON.parse(summary.body) as { orders: number };
    return withBody(page, page.body.replace('</body>', `<p>Orders so far: ${orders}</p>\n</body>`));
  }

  /** Undefined, and a line in the log, when the service does not answer or refuses. */
  async #ask(method: 'GET' | 'POST', path: string, body?: string): Promise<{ status: number; body: string } | undefined> {
    const { env, send } = this.#options;
    const headers = {
      authorization: `Bearer ${env['ORDERS_PASSWORD'] ?? ''}`,
      'user-agent': 'shop',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    try {
      const answer = await send({
        method,
        url: `${this.#url}${path}`,
        headers,
        timeoutMs: TIMEOUT_MS,
        ...(body !== undefined && { body }),
      });
      if (answer.status >= 400) this.#complain(`orders refused ${method} ${path}: ${answer.status}`);
      return answer;
    } catch (error) {
      this.#complain(`orders cannot be reached: ${reasonOf(error)}`);
      return undefined;
    }
  }

  #complain(message: string): void {
    this.#options.log(JSON.stringify({ time: new Date(this.#options.nowMs()).toISOString(), message }));
  }
}

function withBody(answer: ShopResponse, body: string): ShopResponse {
  return { ...answer, headers: { ...answer.headers, 'content-length': String(Buffer.byteLength(body)) }, body };
}

/** `fetch` says only that it failed; the reason is its cause's. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}
