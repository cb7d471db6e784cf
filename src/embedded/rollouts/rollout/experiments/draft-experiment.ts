import type {
  Experiment,
  ExperimentAnalysis,
  ExperimentStep,
  ExperimentStepAnalysis,
  ExperimentStepTemplate,
  ExperimentTemplate,
} from '../../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { cloneJson } from '../../../../system/json.ts';
import { badRequest } from '../../../api/api-error.ts';
import { controllerReference } from '../../../controllers/ownership.ts';
import { AnalysisProblem, resolveRolloutArgs } from '../../analysis/analysis-run-spec.ts';
import { HASH_LABEL, REVISION } from '../names.ts';
import { normalTemplate } from '../pod-template/go-template.ts';
import { rolloutTemplateHash } from '../pod-template/rollout-hash.ts';
import { hashOf } from '../replica-sets/replica-set-facts.ts';
import type { RolloutPass } from '../rollout-pass.ts';

/** The Experiment that a canary step asks for. Throws an ApiError for arguments that lead nowhere. Models GetExperimentFromTemplate. */
export function draftExperiment(pass: RolloutPass, step: ExperimentStep, stepIndex: number, stableRS: ReplicaSet): Experiment {
  const { rollout } = pass;
  const { name, labels, annotations } = rollout.metadata;
  const hash = rolloutTemplateHash(rollout.spec.template, rollout.status.collisionCount);
  const revision = annotations?.[REVISION] ?? '';
  const { duration, dryRun, scaleDownDelaySeconds, analysisRunMetadata = {}, templates = [], analyses = [] } = step;
  const { progressDeadlineSeconds } = rollout.spec;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: {
      name: `${name}-${hash}-${revision}-${stepIndex}`,
      namespace: pass.namespace,
      ownerReferences: [controllerReference(rollout)],
      labels: { ...labels, [HASH_LABEL]: hash },
      annotations: { [REVISION]: revision },
    },
    spec: {
      templates: templates.map((template) => templateFor(template, template.specRef === 'canary' ? pass.newRS! : stableRS)),
      ...(duration && { duration }),
      ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
      ...(analyses.length > 0 && { analyses: analyses.map((analysis) => analysisFor(pass, analysis)) }),
      ...(scaleDownDelaySeconds !== undefined && { scaleDownDelaySeconds }),
      ...(dryRun?.length && { dryRun }),
      analysisRunMetadata,
    },
  };
}

/** Pods as those of a revision, with further labels, by which its ReplicaSet selects them too, and annotations. */
function templateFor(step: ExperimentStepTemplate, { spec }: ReplicaSet): ExperimentTemplate {
  const { name, replicas, metadata: added = {}, service, weight } = step;
  const template = normalTemplate(cloneJson(spec.template));
  const selector = cloneJson(step.selector ?? spec.selector);
  if (added.labels) {
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, ...added.labels } };
    selector.matchLabels = { ...selector.matchLabels, ...added.labels };
  }
  if (added.annotations) {
    template.metadata = { ...template.metadata, annotations: { ...template.metadata?.annotations, ...added.annotations } };
  }
  const hasService = service !== undefined || weight !== undefined;
  return {
    name,
    ...(replicas !== undefined && { replicas }),
    ...(spec.minReadySeconds && { minReadySeconds: spec.minReadySeconds }),
    selector,
    template,
    ...(hasService && { service: service?.name ? { name: service.name } : {} }),
  };
}

function analysisFor({ rollout, stableRS, newRS }: RolloutPass, analysis: ExperimentStepAnalysis): ExperimentAnalysis {
  const { name, templateName, clusterScope, requiredForCompletion } = analysis;
  try {
    const args = resolveRolloutArgs(analysis.args ?? [], { rollout, stableHash: hashOf(stableRS), newHash: hashOf(newRS) });
    return {
      name,
      templateName,
      ...(clusterScope !== undefined && { clusterScope }),
      ...(args.length > 0 && { args }),
      ...(requiredForCompletion && { requiredForCompletion }),
    };
  } catch (error) {
    if (error instanceof AnalysisProblem) throw badRequest(error.message);
    throw error;
  }
}
