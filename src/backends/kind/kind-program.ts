import { run, runOrFail, type RunOptions } from '../../system/exec.ts';
import { LabError } from '../../errors.ts';

export interface KindProgramOptions {
  /** `kind`, or the path of one. */
  path: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Runs the task when the command is interrupted. */
  onInterrupt: NonNullable<RunOptions['onInterrupt']>;
}

export interface CreateOptions {
  name: string;
  configFile: string;
  kubeconfig: string;
  signal: AbortSignal;
  onLine: (line: string) => void;
  onStart: (pid: number) => void;
}

const QUICK_MS = 30_000;
const CREATE_MS = 10 * 60_000;
const LOAD_MS = 10 * 60_000;
const DELETE_MS = 2 * 60_000;

/** The `kind` command. It never touches the learner's own kubeconfig. */
export class KindProgram {
  readonly path: string;
  readonly #env: Record<string, string | undefined>;
  readonly #onInterrupt: KindProgramOptions['onInterrupt'];

  constructor({ path, env, onInterrupt }: KindProgramOptions) {
    this.path = path;
    this.#env = { ...env, KIND_EXPERIMENTAL_PROVIDER: 'docker' };
    this.#onInterrupt = onInterrupt;
  }

  /** Such as `0.33.0`; undefined when there is no such program. */
  async version(): Promise<string | undefined> {
    try {
      const { stdout } = await run(this.path, ['version'], { timeoutMs: QUICK_MS, env: this.#env });
      return /v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    } catch (error) {
      if (error instanceof LabError) return undefined;
      throw error;
    }
  }

  /** Makes a cluster; answers when its API server is up, not when its node is ready. */
  async create({ name, configFile, kubeconfig, signal, onLine, onStart }: CreateOptions): Promise<void> {
    await this.#run(['create', 'cluster', '--name', name, '--config', configFile, '--kubeconfig', kubeconfig], CREATE_MS, {
      signal,
      onLine: (line) => onLine(withoutSigns(line)),
      onStart,
      hint: 'Type `lab doctor` to see whether this machine is well, then start again; what is half made is cleared away by itself.',
    });
  }

  /** Brings images from Docker into the cluster's node. */
  async load(name: string, images: readonly string[], { signal, onLine }: Pick<CreateOptions, 'signal' | 'onLine'>): Promise<void> {
    await this.#run(['load', 'docker-image', '--name', name, ...images], LOAD_MS, {
      signal,
      onLine: (line) => onLine(withoutSigns(line)),
      hint: 'See whether the disk has room (`docker system df`), and start again.',
    });
  }

  /** A kubeconfig of the cluster. */
  async kubeconfig(name: string): Promise<string> {
    return this.#run(['get', 'kubeconfig', '--name', name], QUICK_MS);
  }

  /** Removes the cluster and its entries in that kubeconfig; does nothing when there is none. */
  async delete(name: string, kubeconfig: string): Promise<void> {
    await this.#run(['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig], DELETE_MS, {
      hint: `See what holds it with \`docker inspect ${name}-control-plane\`, and try again.`,
    });
  }

  async #run(words: readonly string[], timeoutMs: number, more: Partial<RunOptions> & { hint?: string } = {}): Promise<string> {
    return runOrFail(this.path, words, { timeoutMs, env: this.#env, onInterrupt: this.#onInterrupt, ...more });
  }
}

/** What kind prints, without its pictures and moving signs. */
function withoutSigns(line: string): string {
  return line
    .replaceAll(/\u001b\[[0-9;]*m/g, '')
    .replaceAll(/[^\p{L}\p{N}\p{P} ]/gu, '')
    .trim();
}
