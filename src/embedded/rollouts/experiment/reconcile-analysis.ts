import type { AnalysisRun, ExperimentAnalysis, ExperimentAnalysisStatus, Rollout } from '../../../kube/types/rollouts.ts';
import { ApiError } from '../../api/api-error.ts';
import { isCompleted } from '../analysis/analysis-phase.ts';
import { AnalysisProblem } from '../analysis/analysis-problem.ts';
import { ANALYSIS_RUNS, ROLLOUTS } from '../rollout/names.ts';
import { createExperimentRun, requireAnalysisTemplate } from './create-experiment-run.ts';
import { withItem, type ExperimentPass } from './experiment-pass.ts';

/** Starts an analysis once all pods are there, follows it, or has it terminated, and says in the status how it is. Models reconcileAnalysisRun. */
export function reconcileAnalysis(pass: ExperimentPass, analysis: ExperimentAnalysis): void {
  const found = pass.experiment.status?.analysisRuns?.find(({ name }) => name === analysis.name);
  const before: ExperimentAnalysisStatus = found ?? { name: analysis.name, analysisRun: '', phase: '' };
  const status = { ...before };
  if (!pass.experiment.status?.availableAt) lookAtTemplate(pass, analysis, status);
  else if (before.analysisRun === '') begin(pass, analysis, status);
  else if (!isCompleted(before.phase)) follow(pass, analysis, status);
  if (status.phase !== '' && status.phase !== before.phase) tellChange(pass, before, status);
  pass.draft.analysisRuns = withItem(pass.draft.analysisRuns, status);
}

/** Nothing is measured before the pods are there, but a template that is missing is an error at once. */
function lookAtTemplate(pass: ExperimentPass, analysis: ExperimentAnalysis, status: ExperimentAnalysisStatus): void {
  const problem = problemOf(() => requireAnalysisTemplate(pass, analysis));
  if (problem === undefined) return;
  const kind = analysis.clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
  fail(status, `${kind} verification failed for analysis '${analysis.name}': ${problem}`);
}

function begin(pass: ExperimentPass, analysis: ExperimentAnalysis, status: ExperimentAnalysisStatus): void {
  if (pass.isTerminating) return;
  const problem = problemOf(() => {
    status.analysisRun = createExperimentRun(pass, analysis).metadata.name;
    status.phase = 'Pending';
  });
  if (problem !== undefined) fail(status, `Failed to create AnalysisRun for analysis '${analysis.name}': ${problem}`);
}

/** As in the real one, what becomes of a run that is terminated is not taken over. */
function follow(pass: ExperimentPass, analysis: ExperimentAnalysis, status: ExperimentAnalysisStatus): void {
  const run = pass.tools.api.get<AnalysisRun>(ANALYSIS_RUNS, pass.namespace, status.analysisRun);
  if (!run) fail(status, `analysisruns.argoproj.io ${JSON.stringify(status.analysisRun)} not found`);
  else if (pass.isTerminating) terminate(pass, analysis, run, status);
  else {
    status.phase = run.status?.phase ?? '';
    if (run.status?.message) status.message = run.status.message;
    else delete status.message;
  }
}

function terminate(pass: ExperimentPass, analysis: ExperimentAnalysis, run: AnalysisRun, status: ExperimentAnalysisStatus): void {
  if (isCompleted(run.status?.phase) || run.spec.terminate) return;
  const { name } = run.metadata;
  pass.tell('AnalysisRunTerminating', `Terminating ${analysis.name} (${name})`);
  const problem = problemOf(() =>
    pass.tools.api.patch(ANALYSIS_RUNS, pass.namespace, name, { type: 'merge', body: { spec: { terminate: true } } }),
  );
  if (problem !== undefined) fail(status, problem);
}

function fail(status: ExperimentAnalysisStatus, message: string): void {
  status.phase = 'Error';
  status.message = message;
}

function problemOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof AnalysisProblem || error instanceof ApiError) return error.message;
    throw error;
  }
}

/** Told about the experiment, and about the Rollout that it is a step of, there always as a warning. */
function tellChange(pass: ExperimentPass, before: ExperimentAnalysisStatus, { name, phase, message: why }: ExperimentAnalysisStatus): void {
  const message = `AnalysisRun '${name}' transitioned from ${before.phase} -> ${phase}${why ? `: ${why}` : ''}`;
  const isBad = phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
  pass.tell(`AnalysisRun${phase}`, message, isBad ? 'Warning' : 'Normal');
  const owner = pass.experiment.metadata.ownerReferences?.find(({ kind }) => kind === 'Rollout');
  const rollout = owner && pass.tools.api.get<Rollout>(ROLLOUTS, pass.namespace, owner.name);
  if (rollout) pass.tools.events.record(rollout, 'Warning', `AnalysisRun${phase}`, message);
}
