import type { Service } from '../../../kube/types/core.ts';
import type { Experiment, ExperimentStatus } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import type { Clock } from '../../../system/clock.ts';
import { cloneJson } from '../../../system/json.ts';
import type { ApiClient } from '../../api/client.ts';
import type { EventSink, EventType } from '../../controllers/event-recorder.ts';
import { isTerminating } from './experiment-facts.ts';

/** What the passes of all Experiments share. */
export interface ExperimentTools {
  api: ApiClient;
  clock: Clock;
  events: EventSink;
  /** Has the Experiment looked at again after a time. */
  requeueAfter(experiment: Experiment, delayMs: number): void;
}

/** One look at one Experiment: what was found, and the status that comes of it. Models experiments/experiment.go experimentContext. */
export class ExperimentPass {
  readonly tools: ExperimentTools;
  readonly experiment: Experiment;
  readonly nowMs: number;
  /** Whether nothing is to be started any more; decided by what was found. */
  readonly isTerminating: boolean;
  /** The status as the pass makes it. */
  readonly draft: ExperimentStatus;
  /** Copies of the ReplicaSets that run the templates, by the template's name. */
  readonly replicaSets: Map<string, ReplicaSet>;
  /** The Services that lead to the templates' pods, by the template's name. */
  readonly services: Map<string, Service>;

  constructor(
    tools: ExperimentTools,
    experiment: Experiment,
    owned: { replicaSets: Map<string, ReplicaSet>; services: Map<string, Service> },
  ) {
    this.tools = tools;
    this.experiment = experiment;
    this.nowMs = tools.clock.now();
    this.isTerminating = isTerminating(experiment);
    this.draft = cloneJson(experiment.status ?? {});
    this.replicaSets = owned.replicaSets;
    this.services = owned.services;
  }

  get namespace(): string {
    return this.experiment.metadata.namespace!;
  }

  tell(reason: string, message: string, type: EventType = 'Normal'): void {
    this.tools.events.record(this.experiment, type, reason, message);
  }

  requeueAfter(delayMs: number): void {
    this.tools.requeueAfter(this.experiment, delayMs);
  }
}

/** A list in which the item of the same name is replaced, or the item added. */
export function withItem<T extends { name: string }>(items: readonly T[] | undefined, item: T): T[] {
  const list = items ?? [];
  const isThere = list.some(({ name }) => name === item.name);
  return isThere ? list.map((other) => (other.name === item.name ? item : other)) : [...list, item];
}
