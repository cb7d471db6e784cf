/** A request as the service sees it; header names in lower case. */
export interface AdvisoriesRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: Readonly<Record<string, string>>;
}

/** An answer; header names in lower case. */
export interface AdvisoriesResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What the service needs of the place it runs in. */
export interface AdvisoriesOptions {
  env: Readonly<Record<string, string>>;
  nowMs(): number;
  /** Reads the file with what is known; undefined when it is not there. */
  readFile(path: string): string | undefined;
  /** Takes one line of the request log. */
  log(line: string): void;
}

/** What is known against an image. */
export interface Advisory {
  id: string;
  severity: 'critical' | 'high' | 'medium' | 'low';
  title: string;
}

/** Where the list of advisories is mounted, unless `ADVISORIES_FILE` says another place. */
const FILE = '/data/advisories.json';

/** A service that knows which images have known weaknesses: docs/advisories.md. It reads its list anew for each request. */
export class Advisories {
  readonly #options: AdvisoriesOptions;

  constructor(options: AdvisoriesOptions) {
    this.#options = options;
  }

  /** Answers a request and logs it. */
  handle(request: AdvisoriesRequest): AdvisoriesResponse {
    const answer = this.#answer(request);
    const { method, target } = request;
    const time = new Date(this.#options.nowMs()).toISOString();
    this.#options.log(JSON.stringify({ time, method, path: target, status: answer.status }));
    return method === 'HEAD' ? { ...answer, body: '' } : answer;
  }

  #answer({ method, target, headers }: AdvisoriesRequest): AdvisoriesResponse {
    const [path = '', query = ''] = target.split(/\?(.*)/s);
    if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'method not allowed' });
    if (path === '/healthz') return answer(200, 'text/plain; charset=utf-8', 'ok\n');
    if (this.#options.env['MAINTENANCE'] === 'on') return maintenance(headers['accept'] ?? '');
    if (path === '/') return html(200, 'Advisories', '<p>Ask for <code>/report?image=lab/shop:1.0</code>.</p>');
    return path === '/report' ? this.#report(new URLSearchParams(query).get('image') ?? '') : json(404, { error: `no such page: ${path}` });
  }

  #report(image: string): AdvisoriesResponse {
    const known = this.#readList();
    if (!known) return json(503, { error: 'the list of advisories cannot be read' });
    if (!Object.hasOwn(known, image)) return json(404, { error: `nothing is known of the image ${image || '(none)'}` });
    const advisories = known[image]!;
    const count = (severity: Advisory['severity']): number => advisories.filter((advisory) => advisory.severity === severity).length;
    return json(200, {
      image,
      critical: count('critical'),
      high: count('high'),
      medium: count('medium'),
      low: count('low'),
      advisories,
    });
  }

  /** What is known, by image; undefined when the list is missing or broken. */
  #readList(): Record<string, Advisory[]> | undefined {
    const text = this.#options.readFile(this.#options.env['ADVISORIES_FILE'] ?? FILE);
    try {
      return text === undefined ? undefined : (JSON.parse(text) as Record<string, Advisory[]>);
    } catch {
      return undefined;
    }
  }
}

/** Browsers get a page and are told that all is well; whoever asks for JSON is told the truth. */
function maintenance(accept: string): AdvisoriesResponse {
  if (accept.includes('application/json')) return json(503, { error: 'closed for maintenance' });
  return html(200, 'Back soon', '<p>We are making this service better for you. Please come back in an hour.</p>');
}

function html(status: number, title: string, content: string): AdvisoriesResponse {
  const page = `<!doctype html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>${content}</body></html>\n`;
  return answer(status, 'text/html; charset=utf-8', page);
}

function json(status: number, value: unknown): AdvisoriesResponse {
  return answer(status, 'application/json', `${JSON.stringify(value)}\n`);
}

function answer(status: number, type: string, body: string): AdvisoriesResponse {
  return { status, headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }, body };
}
