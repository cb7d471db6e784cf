import type { KubeObject, Status } from '../../../kube/types/meta.ts';
import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts';
import type { Process } from '../../shell/kernel/process.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { TLS_HEADER } from '../../http/api-on-network.ts';
import { KubectlError, ServerRefusal } from './kubectl-error.ts';

const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const TIMEOUT_MS = 32_000;
const JSON_TYPE = 'application/json';

export interface ApiRequestOptions {
  body?: unknown;
  contentType?: string;
  accept?: string;
}

/** The API as a program in a pod reaches it: by the Service that its environment names, as the pod's service account. */
export class ApiConnection {
  readonly #process: Process;

  constructor(process: Process) {
    this.#process = process;
  }

  /** The namespace that is meant when none is named. */
  get namespace(): string {
    return this.#readAccountFile('namespace') ?? 'default';
  }

  /** The JSON that the server answers; throws ServerRefusal when it refuses, and KubectlError when it cannot be asked. */
  *request<T>(method: string, path: string, { body, contentType = JSON_TYPE, accept = JSON_TYPE }: ApiRequestOptions = {}): Task<T> {
    const token = this.#readAccountFile('token');
    const outcome = yield* this.#process.fetch({
      method,
      url: `http://${this.#server}${path}`,
      headers: {
        [TLS_HEADER]: 'true',
        accept,
        'user-agent': 'kubectl/v1.34.0 (linux/amd64)',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs: TIMEOUT_MS,
    });
    if (!outcome.response) {
      throw new KubectlError(`The connection to the server ${this.#server} was refused - did you specify the right host or port?`, {
        isFromServer: true,
      });
    }
    const { status, body: text } = outcome.response;
    if (status >= 400) throw refusalOf(status, text);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  /** An object; undefined when there is none. */
  *find<T extends KubeObject>(path: string): Task<T | undefined> {
    try {
      return yield* this.request<T>('GET', path);
    } catch (error) {
      if (error instanceof ServerRefusal && error.code === 404 && error.reason === 'NotFound') return undefined;
      throw error;
    }
  }

  get #server(): string {
    const host = this.#process.environment.get('KUBERNETES_SERVICE_HOST');
    // Why: without the variables of a pod it looks for a cluster on its own machine.
    if (host === undefined) return 'localhost:8080';
    return `${fromBytes(host)}:${fromBytes(this.#process.environment.get('KUBERNETES_SERVICE_PORT') ?? '443')}`;
  }

  #readAccountFile(name: string): string | undefined {
    const node = this.#process.files.find(toBytes(`${ACCOUNT_FOLDER}/${name}`), this.#process);
    return node?.kind === 'file' && node.content !== '' ? fromBytes(node.content) : undefined;
  }
}

function refusalOf(code: number, text: string): ServerRefusal {
  try {
    const { message = text, reason = '' } = JSON.parse(text) as Partial<Status>;
    return new ServerRefusal(code, reason, message);
  } catch {
    return new ServerRefusal(code, '', text.trim());
  }
}
