import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = new URL('../../', import.meta.url).pathname;
const main = join(repository, 'dist/lab/main.js');

export interface Outcome {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface LabProcess {
  child: ChildProcess;
  ended: Promise<Outcome>;
}

/** A learner's folders, away from the repository, and the compiled `lab` to work in them. */
export class Learner {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = env;
  }

  static async arrive(env: NodeJS.ProcessEnv = {}): Promise<Learner> {
    const folder = await mkdtemp(join(tmpdir(), 'lab-learner-'));
    const { PATH } = process.env;
    return new Learner(folder, { PATH, LAB_HOME: join(folder, 'home'), LAB_WORKSPACE: join(folder, 'work'), ...env });
  }

  /** The same learner in another environment. */
  with(env: NodeJS.ProcessEnv): Learner {
    return new Learner(this.folder, { ...this.env, ...env });
  }

  /** Ends the cluster, if there is one, and leaves nothing behind. */
  async leave(): Promise<void> {
    await this.lab('stop', '--delete');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs a command to its end. */
  lab(...words: string[]): Promise<Outcome> {
    return this.begin(...words).ended;
  }

  /** Runs a command that has to do what it is for; rejects with what it said when it does not. */
  async mustSucceed(...words: string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await this.lab(...words);
    if (exitCode !== 0) throw new Error(`lab ${words.join(' ')} ended with ${exitCode}: ${stdout}${stderr}`);
  }

  /** Starts a command. */
  begin(...words: string[]): LabProcess {
    const child = spawn(process.execPath, [main, ...words], { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (chunk: string) => (output[name] += chunk));
    }
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode, signal) => {
        resolve({ exitCode, signal, ...output });
      });
    });
    return { child, ended };
  }

  /** Runs a command that prints JSON; answers what it printed. */
  async json<T>(...words: string[]): Promise<T> {
    const { stdout, stderr } = await this.lab(...words);
    try {
      return JSON.parse(stdout) as T;
    } catch (cause) {
      throw new Error(`lab ${words.join(' ')} printed no JSON: ${stdout}${stderr}`, { cause });
    }
  }
}
