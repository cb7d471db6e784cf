import type { Service } from '../../../kube/types/core.ts';
import type { Experiment } from '../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../kube/types/workloads.ts';
import { EXPERIMENTS, REPLICA_SETS, SERVICES } from '../rollout/names.ts';
import { mergePatchBetween } from '../rollout/status/status-patch.ts';
import { assessExperiment } from './assess-experiment.ts';
import { setExperimentConditions, setInvalidSpec } from './experiment-conditions.ts';
import { isTerminating, progressDeadlineSeconds, untilEndMs, wantedReplicas } from './experiment-facts.ts';
import { ExperimentPass, type ExperimentTools } from './experiment-pass.ts';
import { findOwned } from './find-owned.ts';
import { reconcileAnalysis } from './reconcile-analysis.ts';
import { reconcileTemplate } from './reconcile-template.ts';
import { problemWithExperiment } from './validate-experiment.ts';

/** One pass over one Experiment: templates, then analyses, then the status, in one write. Models experiments/controller.go syncHandler. */
export function reconcileExperiment(tools: ExperimentTools, experiment: Experiment): void {
  if (experiment.metadata.deletionTimestamp) return;
  const pass = beginPass(tools, experiment);
  const problem = problemWithExperiment(experiment);
  if (problem !== undefined) setInvalidSpec(pass.draft, problem, pass.nowMs);
  else {
    for (const template of experiment.spec.templates) reconcileTemplate(pass, template);
    for (const analysis of experiment.spec.analyses ?? []) reconcileAnalysis(pass, analysis);
    assessExperiment(pass);
    setExperimentConditions(pass);
    lookAgainInTime(pass);
  }
  persistStatus(pass);
}

function beginPass(tools: ExperimentTools, experiment: Experiment): ExperimentPass {
  const replicaSets = findOwned<ReplicaSet>(tools.api, REPLICA_SETS, experiment);
  const services = findOwned<Service>(tools.api, SERVICES, experiment);
  return new ExperimentPass(tools, experiment, { replicaSets, services });
}

/** At the end of the duration, or when a template that has not got its pods has had its time, whichever is sooner. Models calculateEnqueueDuration. */
function lookAgainInTime(pass: ExperimentPass): void {
  const { nowMs } = pass;
  const next: Experiment = { ...pass.experiment, status: pass.draft };
  if (isTerminating(next)) return;
  const endMs = untilEndMs(next, nowMs);
  if (endMs !== undefined && endMs >= 0) pass.requeueAfter(endMs);
  for (const template of next.spec.templates) {
    const status = next.status!.templateStatuses!.find(({ name }) => name === template.name)!;
    if (status.status !== 'Progressing' && status.status !== 'Running') continue;
    if (status.availableReplicas === wantedReplicas(next, template) || !status.lastTransitionTime) continue;
    pass.requeueAfter(Math.max(0, Date.parse(status.lastTransitionTime) + progressDeadlineSeconds(next) * 1000 - nowMs));
  }
}

/** Models persistExperimentStatus. */
function persistStatus(pass: ExperimentPass): void {
  const { experiment, draft, tools } = pass;
  const patch = mergePatchBetween(experiment.status ?? {}, draft);
  if (!patch) return;
  tools.api.patch<Experiment>(EXPERIMENTS, pass.namespace, experiment.metadata.name, { type: 'merge', body: { status: patch } });
  const [before, after] = [experiment.status?.phase ?? '', draft.phase ?? ''];
  if (before === after) return;
  const isBad = after === 'Error' || after === 'Failed' || after === 'Inconclusive';
  pass.tell(`Experiment${after}`, `Experiment transitioned from ${before} -> ${after}`, isBad ? 'Warning' : 'Normal');
}
