import type { ClusterReader, DrillPlan, Drills, Journal } from '../../grader/index.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import type { KubeObject } from '../kube/types/meta.ts';

/** Names of the kinds of clusters, as flags, session files and scenarios spell them. */
export type BackendName = 'embedded' | 'kind' | 'context';

/** What is to be brought up on a cluster. */
export interface ScenarioPlan {
  /** Id of the scenario. */
  scenario: string;
  /** What has to be installed, such as `argo-rollouts` and `tekton`. */
  needs?: readonly string[];
  /** How much time the planting lets pass with `elapse`, at least, in milliseconds. */
  historyMs: number;
  /** Whether the cluster has to see the scenario's folder of the workspace, in which a Git repository is. */
  hasRepository?: boolean;
  /** Brings the scenario up on an empty cluster; `onStep` hears of each step before it is carried out. */
  plant(session: ClusterSession, onStep?: (text: string) => void): Promise<void>;
}

/** Something that takes a while; `detail` may be told what is going on in it. */
export interface Step {
  title: string;
  run: (detail: (text: string) => void) => Promise<void>;
}

/** Where steps that take a while are shown. */
export interface Progress {
  /** Carries out a step; `detail` may be told what is going on in it. */
  step<T>(title: string, run: (detail: (text: string) => void) => Promise<T>): Promise<T>;
  /** Carries out steps side by side; rejects with the error of the first that failed, once all of them have ended. */
  together(steps: readonly Step[]): Promise<void>;
}

/** The cluster that drills are to be carried out on copies of. */
export interface DrillSource {
  /** Everything that it consists of. */
  objects(): Promise<readonly KubeObject[]>;
  /** Milliseconds since the epoch, as the cluster has it. */
  now(): number;
}

/** Drills that keep things ready for the next one. */
export interface OpenDrills extends Drills {
  /** Ends what is kept ready. */
  close(): Promise<void>;
}

/** A cluster that runs and can be worked with. */
export interface OpenCluster {
  client: KubeClient;
  session: ClusterSession;
  /** File to point KUBECONFIG at. */
  kubeconfig: string;
  reader: ClusterReader;
  /** Writes since the scenario was planted. */
  journal: Journal;
  drills(): Promise<OpenDrills>;
  /** Drills on this very cluster, which is put back afterwards; absent where that cannot be done. */
  liveDrills?(progress: Progress): Promise<LiveDrills>;
  /** Process that the cluster runs in, where it is one of ours. */
  pid?: number;
  /** Closes connections; the cluster goes on. */
  close(): void;
}

/** Drills that are carried out on the learner's own cluster, in real time; closing them puts the cluster back to what it was before. */
export interface LiveDrills extends OpenDrills {
  /** How long the plan is likely to take, in milliseconds. */
  estimateMs(plan: DrillPlan): number;
}

/** What came of `start`: a cluster with the scenario freshly planted, or the one that was there, as it was left. */
export interface StartedCluster {
  cluster: OpenCluster;
  isResumed: boolean;
}

/** A kind of cluster that labs can run on. */
export interface Backend {
  readonly name: BackendName;
  /** Brings up the cluster with the scenario, or brings back the one with this scenario that is there. Interrupted, it can be called again. */
  start(plan: ScenarioPlan, progress: Progress): Promise<StartedCluster>;
  /** The cluster of a scenario that runs, undefined when none does. With `revive`, one that has gone down is brought back first. */
  open(scenario: string, options?: { revive?: Progress }): Promise<OpenCluster | undefined>;
  /** The scenario as it was at the start, reachable as before. */
  reset(plan: ScenarioPlan, progress: Progress): Promise<OpenCluster>;
  /** Ends the cluster; with `isDeleting` nothing of any scenario's cluster is left. Answers whether one was running. */
  stop(options: { isDeleting: boolean }): Promise<boolean>;
}
