/** Resources that the Rollout controller reads and writes, as GroupResource. */
export const ROLLOUTS = 'rollouts.argoproj.io';
export const REPLICA_SETS = 'replicasets.apps';
export const DEPLOYMENTS = 'deployments.apps';
export const SERVICES = 'services';
export const ANALYSIS_RUNS = 'analysisruns.argoproj.io';
export const EXPERIMENTS = 'experiments.argoproj.io';

/** Tells the pods of one revision from those of the others; the key is in ReplicaSets, pods and the selectors of Services. */
export const HASH_LABEL = 'rollouts-pod-template-hash';

/** Annotations of Rollouts and ReplicaSets. */
export const REVISION = 'rollout.argoproj.io/revision';
export const REVISION_HISTORY = 'rollout.argoproj.io/revision-history';
export const DESIRED_REPLICAS = 'rollout.argoproj.io/desired-replicas';
export const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';
export const EPHEMERAL_METADATA = 'rollout.argoproj.io/ephemeral-metadata';
export const SCALE_DOWN_DEADLINE = 'scale-down-deadline';

/** Annotation of a Service: the Rollout that steers it. */
export const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';

/** Labels of AnalysisRuns. */
export const ROLLOUT_TYPE = 'rollout-type';
export const STEP_INDEX = 'step-index';
