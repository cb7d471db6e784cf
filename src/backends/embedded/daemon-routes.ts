import type { ApiAnswer, ApiCall } from '../../embedded/http/api-call.ts';
import { STAGED_API, type DaemonInfo, type JournalPage } from './daemon-client.ts';
import type { HostedCluster } from './hosted-cluster.ts';
import type { Identity } from './identity.ts';
import { Staging, type AdvanceRequest } from './staging.ts';

export interface DaemonRoutesOptions {
  hosted: HostedCluster;
  identity: Pick<Identity, 'adminToken' | 'signingKey' | 'caPem'>;
  scenario: string;
  pid: number;
  now: () => number;
  memoryBytes: () => number;
  /** Asks the process to end, once the answer is out. */
  onStop: () => void;
  onError: (error: unknown) => void;
}

type Route = (body: unknown) => Promise<ApiAnswer> | ApiAnswer;

/** A staged cluster whose time came out further ahead of the machine's than this is not taken over. */
const TOLERATED_LEAD_MS = 1_000;

/** Answers requests below `/lab/v1/`, for the administrator only, and passes all others on to the cluster. */
export class DaemonRoutes {
  readonly #options: DaemonRoutesOptions;
  readonly #routes: Readonly<Record<string, Route>>;
  #staging: Staging | undefined;

  constructor(options: DaemonRoutesOptions) {
    this.#options = options;
    this.#routes = {
      'GET /lab/v1/info': () => json(200, this.#info()),
      'GET /lab/v1/journal': () => json(200, this.#journal()),
      'GET /lab/v1/objects': () => this.#objects(),
      'POST /lab/v1/staging': (body) => this.#beginStaging(body),
      'POST /lab/v1/staging/advance': (body) => this.#advanceStaging(body),
      'POST /lab/v1/staging/commit': () => this.#commitStaging(),
      'POST /lab/v1/stop': () => {
        options.onStop();
        return json(202, { stopping: true });
      },
    };
  }

  async answer(call: ApiCall): Promise<ApiAnswer> {
    const { hosted, identity, onError } = this.#options;
    if (!call.path.startsWith('/lab/')) return (await hosted.handle(call)) ?? notSetUp();
    if (call.headers['authorization'] !== `Bearer ${identity.adminToken}`) return status(401, 'Unauthorized', 'Unauthorized');
    try {
      if (call.path.startsWith(`${STAGED_API}/`)) return await this.#passToStaging(call);
      const key = `${call.method} ${call.path.split('?', 1)[0]}`;
      const route = Object.hasOwn(this.#routes, key) ? this.#routes[key] : undefined;
      return route ? await route(bodyOf(call)) : status(404, 'NotFound', 'the server could not find the requested resource');
    } catch (error) {
      onError(error);
      return status(500, 'InternalError', error instanceof Error ? error.message : 'unknown error');
    }
  }

  #info(): DaemonInfo {
    const { pid, scenario, hosted, now, memoryBytes } = this.#options;
    return { pid, scenario, hasCluster: hosted.hasCluster, now: new Date(now()).toISOString(), memoryBytes: memoryBytes() };
  }

  #journal(): JournalPage {
    const { entries, ...about } = this.#options.hosted.journal();
    return { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, ...about, items: entries };
  }

  async #objects(): Promise<ApiAnswer> {
    const items = await this.#options.hosted.objects();
    return items ? json(200, { kind: 'List', apiVersion: 'v1', metadata: {}, items }) : notSetUp();
  }

  async #beginStaging(body: unknown): Promise<ApiAnswer> {
    const { startMs, needs } = (body ?? {}) as { startMs?: unknown; needs?: string[] };
    if (typeof startMs !== 'number') return status(400, 'BadRequest', 'startMs is missing');
    await this.#staging?.discard();
    this.#staging = new Staging(startMs, this.#options.identity, needs);
    return json(201, this.#staging.time);
  }

  async #advanceStaging(body: unknown): Promise<ApiAnswer> {
    if (!this.#staging) return nothingStaged();
    return json(200, await this.#staging.advance(body as AdvanceRequest));
  }

  /** A cluster that is ahead of the machine's clock stays as it is: whoever planted it begins again, further back. */
  async #commitStaging(): Promise<ApiAnswer> {
    const staging = this.#staging;
    if (!staging) return nothingStaged();
    const { hosted, now } = this.#options;
    const leadMs = staging.time.nowMs - now();
    if (leadMs > TOLERATED_LEAD_MS) return json(200, { leadMs });
    await staging.advance({ deadlineMs: Math.max(staging.time.nowMs, now()) });
    this.#staging = undefined;
    await hosted.takeOver(await staging.finish(), staging.time.nowMs);
    return json(200, { leadMs: 0 });
  }

  async #passToStaging(call: ApiCall): Promise<ApiAnswer> {
    if (!this.#staging) return nothingStaged();
    return this.#staging.handle({ ...call, path: call.path.slice(STAGED_API.length) });
  }
}

function bodyOf({ body }: ApiCall): unknown {
  const text = typeof body === 'string' ? body : Buffer.from(body ?? '').toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function notSetUp(): ApiAnswer {
  return status(503, 'ServiceUnavailable', 'the cluster is still being set up');
}

function nothingStaged(): ApiAnswer {
  return status(409, 'Conflict', 'no cluster is being prepared');
}

function json(code: number, body: unknown): ApiAnswer {
  return { status: code, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function status(code: number, reason: string, message: string): ApiAnswer {
  return json(code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });
}
