/** A request as the service sees it; header names in lower case. */
export interface OrdersRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  remoteIp: string;
}

/** An answer; header names in lower case. */
export interface OrdersResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What the service needs of the place it runs in. */
export interface OrdersOptions {
  env: Readonly<Record<string, string>>;
  nowMs(): number;
  /** Takes one line of the log. */
  log(line: string): void;
}

/** An order as it is kept. */
interface Order {
  id: number;
  time: string;
  product: string;
  quantity: number;
  totalCents: number;
  /** The pod that passed it on, and the User-Agent it was given. */
  by: string;
  agent: string;
}

const FIRST_ID = 1001;
const MOST_SHOWN = 20;

const TEXT_FIELDS = ['product', 'by', 'agent'] as const;

/** The database of the shop's orders, as a service: docs/orders.md. What it keeps lasts as long as its process. */
export class Orders {
  readonly #options: OrdersOptions;
  readonly #orders: Order[] = [];

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** Answers a request and logs it. */
  handle(request: OrdersRequest): OrdersResponse {
    const answer = this.#answer(request);
    const { method, target, remoteIp } = request;
    if (target !== '/healthz') this.#log({ method, path: target, status: answer.status, remote: remoteIp });
    return method === 'HEAD' ? { ...answer, body: '' } : answer;
  }

  #answer({ method, target, headers, body }: OrdersRequest): OrdersResponse {
    const [path = ''] = target.split('?');
    const isRead = method === 'GET' || method === 'HEAD';
    if (path === '/healthz' && isRead) return answer(200, 'text/plain; charset=utf-8', 'ok\n');
    if (!this.#isKnown(headers['authorization'])) return json(401, { error: 'say who you are' });
    if (path === '/summary' && isRead) return json(200, this.#summary());
    if (path !== '/orders') return json(404, { error: `no such page: ${path}` });
    if (method === 'POST') return this.#keep(body);
    return isRead ? json(200, { orders: this.#orders.slice(-MOST_SHOWN) }) : json(405, { error: 'method not allowed' });
  }

  #isKnown(authorization: string | undefined): boolean {
    const password = this.#options.env['ORDERS_PASSWORD'];
    return password !== undefined && password !== '' && authorization === `Bearer ${password}`;
  }

  #summary(): Record<string, number> {
    return { orders: this.#orders.length, totalCents: this.#orders.reduce((sum, { totalCents }) => sum + totalCents, 0) };
  }

  #keep(body: string): OrdersResponse {
    const wanted = readOrder(body);
    if (!wanted) return json(400, { error: 'this is no order' });
    const order = { id: FIRST_ID + this.#orders.length, time: this.#now(), ...wanted };
    this.#orders.push(order);
    const { id, by, agent } = order;
    this.#log({ message: `order ${id} stored`, by, agent });
    return json(201, { id });
  }

  #log(line: Record<string, unknown>): void {
    this.#options.log(JSON.stringify({ time: this.#now(), ...line }));
  }

  #now(): string {
    return new Date(this.#options.nowMs()).toISOString();
  }
}

/** Undefined for a text that is no order. */
function readOrder(body: string): Omit<Order, 'id' | 'time'> | undefined {
  try {
    const fields = JSON.parse(body) as Partial<Order> | null;
    const { quantity, totalCents } = fields ?? {};
    if (!Number.isInteger(quantity) || !Number.isInteger(totalCents)) return undefined;
    const [product, by, agent] = TEXT_FIELDS.map((field) => fields?.[field]);
    if (typeof product !== 'string' || typeof by !== 'string' || typeof agent !== 'string') return undefined;
    return { product, quantity: quantity!, totalCents: totalCents!, by, agent };
  } catch {
    return undefined;
  }
}

function json(status: number, value: unknown): OrdersResponse {
  return answer(status, 'application/json', `${JSON.stringify(value)}\n`);
}

function answer(status: number, type: string, body: string): OrdersResponse {
  return { status, headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }, body };
}
