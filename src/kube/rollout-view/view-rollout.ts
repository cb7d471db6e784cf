import type { RolloutFamily } from './rollout-family.ts';
import { experimentNode } from './experiment-node.ts';
import { isOwnedBy, revisionOf } from './ownership.ts';
import { analysisRunNode, byRevisionThenAge } from './analysis-run-node.ts';
import { byRevisionThenName, replicaSetNode, rolesOf } from './replica-set-node.ts';
import { rolloutPhase } from '../rollout-phase.ts';
import {
  BAD_ICON,
  NEUTRAL_ICON,
  OK_ICON,
  PAUSED_ICON,
  PROGRESSING_ICON,
  toned,
  UNKNOWN_ICON,
  WARNING_ICON,
  type ToneText,
  type TreeNode,
} from './tree-node.ts';
import type { KubeObject } from '../types/meta.ts';
import type { ReplicaSet } from '../types/workloads.ts';

/** What `rollout get` shows, ready to be printed. */
export interface RolloutView {
  name: string;
  namespace: string;
  icon: string;
  phase: string;
  message: string;
  strategy: string;
  canary?: { step: string; setWeight: string; actualWeight: string };
  images: { image: string; tags: ToneText[] }[];
  replicas: { desired: number; current: number; updated: number; ready: number; available: number };
  tree: TreeNode;
}

const ICONS: Record<string, string> = {
  Progressing: PROGRESSING_ICON,
  Error: WARNING_ICON,
  InvalidSpec: WARNING_ICON,
  Paused: PAUSED_ICON,
  Healthy: OK_ICON,
  Degraded: BAD_ICON,
  Unknown: UNKNOWN_ICON,
  ScaledDown: NEUTRAL_ICON,
};

/** Models pkg/kubectl-argo-rollouts/info NewRolloutInfo. */
export function viewRollout(family: RolloutFamily, nowMs: number): RolloutView {
  const { rollout } = family;
  const { spec, status = {} } = rollout;
  const { phase, message } = rolloutPhase(rollout);
  const icon = ICONS[phase] ?? ' ';
  const canary = canaryProgress(family);
  return {
    name: rollout.metadata.name,
    namespace: rollout.metadata.namespace ?? '',
    icon,
    phase,
    message,
    strategy: spec.strategy?.canary ? 'Canary' : spec.strategy?.blueGreen ? 'BlueGreen' : '',
    ...(canary && { canary }),
    images: imagesOf(family),
    replicas: {
      desired: spec.replicas ?? 1,
      current: status.replicas ?? 0,
      updated: status.updatedReplicas ?? 0,
      ready: status.readyReplicas ?? 0,
      available: status.availableReplicas ?? 0,
    },
    tree: {
      icon: '⟳',
      name: { text: rollout.metadata.name, tone: undefined },
      kind: 'Rollout',
      statusIcon: icon,
      status: phase,
      createdAtMs: Date.parse(rollout.metadata.creationTimestamp ?? ''),
      info: [],
      children: revisionNodes(family, nowMs),
    },
  };
}

function revisionNodes(family: RolloutFamily, nowMs: number): TreeNode[] {
  const { rollout, replicaSets, pods, analysisRuns, experiments } = family;
  const mine = <T extends KubeObject>(objects: T[]): T[] => objects.filter((object) => isOwnedBy(object, rollout));
  const byRevision = new Map<number, TreeNode[]>();
  const add = (object: KubeObject, node: TreeNode): void => {
    const revision = revisionOf(object);
    byRevision.set(revision, [...(byRevision.get(revision) ?? []), node]);
  };
  for (const replicaSet of mine(replicaSets).sort(byRevisionThenName))
    add(replicaSet, replicaSetNode(replicaSet, pods, rolesOf(replicaSet, rollout), nowMs));
  for (const experiment of mine(experiments).sort(byRevisionThenAge)) add(experiment, experimentNode(experiment, family, nowMs));
  for (const run of mine(analysisRuns).sort(byRevisionThenAge)) add(run, analysisRunNode(run));
  return [...byRevision]
    .sort(([a], [b]) => b - a)
    .map(([revision, children]) => ({
      icon: '#',
      name: { text: `revision:${revision}`, tone: undefined },
      kind: '',
      statusIcon: '',
      status: '',
      info: [],
      children,
    }));
}

/** Images that run, each with the roles of the ReplicaSets that run it. */
function imagesOf({ rollout, replicaSets, experiments }: RolloutFamily): RolloutView['images'] {
  const tagsOf = new Map<string, string[]>();
  const add = (replicaSet: ReplicaSet, tags: string[]): void => {
    if (!replicaSet.status?.replicas) return;
    for (const { image = '' } of replicaSet.spec.template.spec.containers) {
      const known = tagsOf.get(image);
      tagsOf.set(image, known ? [...new Set([...known, ...tags])].sort() : tags);
    }
  };
  for (const replicaSet of replicaSets) {
    if (isOwnedBy(replicaSet, rollout)) add(replicaSet, rolesOf(replicaSet, rollout));
    const experiment = experiments.find((candidate) => isOwnedBy(candidate, rollout) && isOwnedBy(replicaSet, candidate));
    const template = replicaSet.metadata.annotations?.['experiment.argoproj.io/template-name'];
    if (experiment) add(replicaSet, template ? [`Σ:${template}`] : []);
  }
  return [...tagsOf].sort(([a], [b]) => (a < b ? -1 : 1)).map(([image, tags]) => ({ image, tags: tags.map((tag) => toned(tag)) }));
}

function canaryProgress({ rollout, replicaSets }: RolloutFamily): RolloutView['canary'] {
  const { spec, status = {} } = rollout;
  const canary = spec.strategy?.canary;
  if (!canary) return undefined;
  const steps = canary.steps ?? [];
  const routing = canary['trafficRouting'] as { maxTrafficWeight?: number } | undefined;
  const maxWeight = routing?.maxTrafficWeight ?? 100;
  const index = status.currentStepIndex ?? 0;
  const isUnderway = index < steps.length;
  const weightSoFar = steps.slice(0, index + 1).findLast((step) => step.setWeight !== undefined)?.setWeight ?? 0;
  const setWeight = status.abort ? 0 : isUnderway ? weightSoFar : maxWeight;
  const newest = replicaSets.find((replicaSet) => isOwnedBy(replicaSet, rollout) && rolesOf(replicaSet, rollout).includes('canary'));
  const routed = (status.canary?.['weights'] as { canary?: { weight?: number } } | undefined)?.canary?.weight;
  const actualWeight = ((): number => {
    if (!isUnderway) return maxWeight;
    if (!status.availableReplicas) return 0;
    if (routing) return routed ?? setWeight;
    return Math.trunc(((newest?.status?.availableReplicas ?? 0) * maxWeight) / status.availableReplicas);
  })();
  return {
    step: status.currentStepIndex !== undefined && steps.length > 0 ? `${status.currentStepIndex}/${steps.length}` : '',
    setWeight: String(setWeight),
    actualWeight: String(actualWeight),
  };
}
