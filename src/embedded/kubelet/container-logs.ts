import { ContainerLog } from './container-log.ts';

/** What containers have written, by the ids of their runs. A cluster that takes another one's pods over takes its logs over as well. */
export class ContainerLogs {
  readonly #logs = new Map<string, ContainerLog>();

  /** The log of a run; an empty one for a run of which nothing is known. */
  of(runId: string): ContainerLog {
    let log = this.#logs.get(runId);
    if (!log) this.#logs.set(runId, (log = new ContainerLog()));
    return log;
  }

  /** Nobody can ask for this run any more. */
  forget(runId: string): void {
    this.#logs.delete(runId);
  }
}
