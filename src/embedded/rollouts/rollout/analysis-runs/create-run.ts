import type { AnalysisRun, RolloutAnalysis } from '../../../../kube/types/rollouts.ts';
import { AnalysisProblem, buildAnalysisRunSpec, collectTemplates, resolveRolloutArgs } from '../../analysis/analysis-run-spec.ts';
import { badRequest } from '../../../api/api-error.ts';
import { controllerReference } from '../../../controllers/ownership.ts';
import { HASH_LABEL, REVISION, ROLLOUT_TYPE, STEP_INDEX } from '../names.ts';
import { hashOf } from '../replica-sets/replica-set-facts.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { createOrAdoptRun, withNormalJobs } from './create-or-adopt-run.ts';

export interface RunRole {
  /** Last part of the name; none for a background run. */
  infix?: string;
  type: 'PrePromotion' | 'PostPromotion' | 'Step' | 'Background';
  /** Of a canary's inline analysis. */
  stepIndex?: number;
}

/**
 * Starts an analysis of the new revision; an unfinished run of the same name and content is taken as the one that was to be started.
 * Throws when its templates or arguments don't fit together. Models createAnalysisRun and CreateWithCollisionCounter.
 */
export function createRun(pass: RolloutPass, analysis: RolloutAnalysis, role: RunRole): AnalysisRun {
  return createOrAdoptRun(pass.tools.api, pass.rollout, draftRun(pass, analysis, role));
}

function draftRun(pass: RolloutPass, analysis: RolloutAnalysis, { infix, type, stepIndex }: RunRole): AnalysisRun {
  const { rollout, newRS } = pass;
  const hash = hashOf(newRS);
  const revision = rollout.metadata.annotations?.[REVISION] ?? '';
  const { labels, annotations } = analysis.analysisRunMetadata ?? {};
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: [rollout.metadata.name, hash, revision, ...(infix === undefined ? [] : [infix])].join('-'),
      namespace: pass.namespace,
      labels: {
        [HASH_LABEL]: hash,
        [ROLLOUT_TYPE]: type,
        ...(stepIndex !== undefined && { [STEP_INDEX]: String(stepIndex) }),
        ...labels,
        ...rollout.spec.selector?.matchLabels,
      },
      annotations: { [REVISION]: revision, ...annotations },
      ownerReferences: [controllerReference(rollout)],
    },
    spec: specFor(pass, analysis),
  };
}

function specFor({ tools, namespace, rollout, stableRS, newRS }: RolloutPass, analysis: RolloutAnalysis): AnalysisRun['spec'] {
  const sources = { rollout, stableHash: hashOf(stableRS), newHash: hashOf(newRS) };
  try {
    const spec = buildAnalysisRunSpec({
      templates: collectTemplates(tools.api, namespace, analysis.templates ?? []),
      args: resolveRolloutArgs(analysis.args ?? [], sources),
      dryRun: analysis.dryRun,
      measurementRetention: analysis.measurementRetention,
    });
    return withNormalJobs(spec);
  } catch (error) {
    if (error instanceof AnalysisProblem) throw badRequest(error.message);
    throw error;
  }
}
