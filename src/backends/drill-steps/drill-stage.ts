import type { ClusterReader, DrillFault, ServiceName } from '../../../grader/index.ts';
import { ClusterError } from '../../errors.ts';
import type { ClusterSession } from '../../kube/cluster-session.ts';

/** Breaks things, and mends them. */
export interface Breaker {
  break(fault: DrillFault): void | Promise<void>;
  /** Takes everything back that is broken. */
  mend(): void | Promise<void>;
}

/** What the steps of a drill act on. */
export interface DrillStage {
  session: ClusterSession;
  /** The cluster that is acted on, as it is at each look. */
  reader: ClusterReader;
  faults: Breaker;
  production: ServiceName;
  /** Names of the ready pods behind a Service of production's namespace. */
  podsBehind(service: string): string[];
  now(): number;
  /** Takes down what the drill did. */
  note(what: string): void;
}

/** Does something to the cluster; what it refuses is noted, and the drill goes on. */
export async function noteRefusal(stage: DrillStage, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status === undefined || error.status >= 500) throw error;
    stage.note(`the cluster refused that: ${error.message}`);
  }
}
