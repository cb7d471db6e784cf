import type { AnalysisRun, AnalysisTemplate, ExperimentAnalysis } from '../../../kube/types/rollouts.ts';
import { controllerReference } from '../../controllers/ownership.ts';
import { AnalysisProblem } from '../analysis/analysis-problem.ts';
import { buildAnalysisRunSpec, collectTemplates } from '../analysis/analysis-run-spec.ts';
import { createOrAdoptRun, withNormalJobs } from '../rollout/analysis-runs/create-or-adopt-run.ts';
import { resolveExperimentArgs } from './experiment-arguments.ts';
import type { ExperimentPass } from './experiment-pass.ts';

/** Starts an analysis of an experiment. Throws an AnalysisProblem when its templates or arguments don't fit together, an ApiError when it is refused. Models createAnalysisRun. */
export function createExperimentRun(pass: ExperimentPass, analysis: ExperimentAnalysis): AnalysisRun {
  const { experiment, namespace } = pass;
  const args = resolveExperimentArgs(pass, analysis.args ?? []);
  requireAnalysisTemplate(pass, analysis);
  const { dryRun, measurementRetention, analysisRunMetadata } = experiment.spec;
  const templates = collectTemplates(pass.tools.api, namespace, [analysis]);
  const spec = withNormalJobs(buildAnalysisRunSpec({ templates, args, dryRun, measurementRetention }));
  return createOrAdoptRun(pass.tools.api, experiment, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: `${experiment.metadata.name}-${analysis.name}`,
      namespace,
      ...(analysisRunMetadata?.labels && { labels: analysisRunMetadata.labels }),
      ...(analysisRunMetadata?.annotations && { annotations: analysisRunMetadata.annotations }),
      ownerReferences: [controllerReference(experiment)],
    },
    spec,
  });
}

/** Throws an AnalysisProblem, in the words of the controller's cache, when the template of an analysis is not there. */
export function requireAnalysisTemplate({ tools, namespace }: ExperimentPass, { templateName, clusterScope }: ExperimentAnalysis): void {
  const kind = clusterScope ? 'clusteranalysistemplate' : 'analysistemplate';
  if (tools.api.get<AnalysisTemplate>(`${kind}s.argoproj.io`, clusterScope ? undefined : namespace, templateName)) return;
  throw new AnalysisProblem(`${kind}.argoproj.io ${JSON.stringify(templateName)} not found`);
}
