/** Annotations of the ReplicaSets and Services of an Experiment: whose they are, and for which of its templates. */
export const EXPERIMENT_NAME = 'experiment.argoproj.io/name';
export const EXPERIMENT_TEMPLATE = 'experiment.argoproj.io/template-name';
