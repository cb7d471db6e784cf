/** What a gate's Job does. */
export type GateOutcome =
  | 'passes'
  | 'fails'
  /** It runs for longer than the program. */
  | 'runs'
  /** The API server does not accept the Job, so that nothing is measured. */
  | 'errs';

export interface BlueGreenShape {
  kind: 'blue-green';
  gate: 'none' | 'pre' | 'post' | 'both';
  autoPromotionEnabled: boolean;
  autoPromotionSeconds?: number;
  previewReplicaCount?: number;
  scaleDownDelaySeconds: number;
  scaleDownDelayRevisionLimit?: number;
  abortScaleDownDelaySeconds: number;
}

export interface CanaryShape {
  kind: 'canary';
  steps: CanaryStepShape[];
  background: boolean;
  maxSurge: number;
  maxUnavailable: number;
}

export type CanaryStepShape = { weight: number } | { pauseSeconds: number } | 'pause' | 'gate';

/** Why few delays: each ends within the rest that follows a step, or long after the program, so that both clocks agree on what comes first. */
export const SHORT_SECONDS = 3;
export const LONG_SECONDS = 3600;

export type Step =
  /** Pods of a version that is not sound never become ready. */
  | { do: 'release'; version: string; isSound: boolean }
  | { do: 'promote' | 'promote-full' | 'abort' | 'retry' | 'undo' | 'pause' | 'resume' | 'terminate-run' | 'wait' }
  | { do: 'undo-to'; revision: number }
  | { do: 'scale'; replicas: number }
  | { do: 'delete-pod'; of: 'stable' | 'current' }
  | { do: 'change-gate'; to: GateOutcome };

/** A Rollout, its gate, and what is done to them in turn; after each step things come to rest. */
export interface Program {
  strategy: BlueGreenShape | CanaryShape;
  replicas: number;
  revisionHistoryLimit?: number;
  rollbackWindow?: number;
  gate: GateOutcome;
  steps: Step[];
}

/** One line that tells a program. */
export function describeProgram({ strategy, replicas, revisionHistoryLimit, rollbackWindow, gate, steps }: Program): string {
  const limits = { ...strategy, replicas, revisionHistoryLimit, rollbackWindow, gate };
  return `${JSON.stringify(limits)} ${steps.map(describeStep).join(', ')}`;
}

function describeStep({ do: verb, ...how }: Step): string {
  const values = Object.values(how).map(String);
  return [verb, ...values].join(' ');
}
