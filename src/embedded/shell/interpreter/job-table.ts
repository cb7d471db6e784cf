import type { Process, ProcessStatus } from '../kernel/process.ts';

/** A command that was started with `&`. */
export interface Job {
  number: number;
  process: Process;
  /** The status, once somebody has waited for it. */
  status: ProcessStatus | undefined;
}

/** The background commands of one shell. */
export class JobTable {
  readonly #jobs: Job[] = [];
  readonly #inherited: readonly Job[];

  constructor(inherited: readonly Job[] = []) {
    this.#inherited = inherited;
  }

  /** A table without jobs of its own: a subshell has none of its parent, though bash still lists them. */
  forSubshell(): JobTable {
    return new JobTable(this.#jobs);
  }

  add(process: Process): Job {
    const number = Math.max(0, ...this.#jobs.map((job) => job.number)) + 1;
    const job: Job = { number, process, status: undefined };
    this.#jobs.push(job);
    return job;
  }

  /** The newest job of a process; undefined for a process that is none of this shell's. */
  byPid(pid: number): Job | undefined {
    return this.#jobs.findLast((job) => job.process.pid === pid);
  }

  /** Finds `%1`, `%%`, `%+` and `%-`. */
  bySpec(spec: string): Job | undefined {
    if (spec === '%%' || spec === '%+' || spec === '%') return this.#jobs.at(-1);
    if (spec === '%-') return this.#jobs.at(-2);
    return this.#jobs.find((job) => job.number === Number(spec.slice(1)));
  }

  /** What bash lists: the jobs of a subshell, or, while it has none, those of its parent. */
  listed(): readonly Job[] {
    return this.#jobs.length > 0 ? this.#jobs : this.#inherited;
  }

  all(): readonly Job[] {
    return this.#jobs;
  }

  remove(job: Job): void {
    const index = this.#jobs.indexOf(job);
    if (index >= 0) this.#jobs.splice(index, 1);
  }
}
