import type { LabelSelector } from '../../../../kube/types/meta.ts';
import type { PodTemplateMetadata } from '../../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { cloneJson } from '../../../../system/json.ts';
import { ApiError } from '../../../api/api-error.ts';
import { controllerReference, isControlledBy } from '../../../controllers/ownership.ts';
import { HASH_LABEL, REPLICA_SETS } from '../names.ts';
import { rolloutTemplateHash } from '../pod-template/rollout-hash.ts';
import { isSameTemplate } from '../pod-template/same-template.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { blueGreenOf, canaryOf, minReadySeconds } from '../rollout-spec.ts';
import { patchConditions } from '../status/patch-conditions.ts';
import { Reason, setCondition } from '../status/conditions.ts';
import { affinityFor } from './anti-affinity.ts';
import { withRoleMetadata } from './ephemeral-annotation.ts';
import { annotateNewReplicaSet } from './new-replica-set-annotations.ts';
import { nextRevision, revisionOf } from './revision.ts';
import { writeRevision } from './sync-revision.ts';

/**
 * Creates the ReplicaSet of the present template, without pods, and shows its revision on the Rollout.
 * A name that belongs to somebody else raises the collision count and throws, so that the next pass takes another name.
 * Models rollout/sync.go createDesiredReplicaSet.
 */
export function createNewReplicaSet(pass: RolloutPass): ReplicaSet {
  const revision = nextRevision(pass.olderRSs);
  const draft = draftReplicaSet(pass, revision);
  const { replicaSet, isNew } = create(pass, draft);
  writeRevision(pass, String(revision));
  if (isNew) noteCreation(pass, replicaSet);
  return cloneJson(replicaSet);
}

function draftReplicaSet(pass: RolloutPass, revision: number): ReplicaSet {
  const { rollout } = pass;
  const hash = rolloutTemplateHash(rollout.spec.template, rollout.status.collisionCount);
  const template = cloneJson(rollout.spec.template!);
  const affinity = affinityFor(rollout);
  if (affinity) template.spec['affinity'] = affinity;
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [HASH_LABEL]: hash } };
  const draft: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${rollout.metadata.name}-${hash}`,
      namespace: pass.namespace,
      ownerReferences: [controllerReference(rollout)],
      labels: { ...template.metadata.labels },
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds(rollout) > 0 && { minReadySeconds: minReadySeconds(rollout) }),
      selector: withHashLabel(rollout.spec.selector ?? {}, hash),
      template,
    },
  };
  annotateNewReplicaSet(rollout, draft, revision, false);
  return withRoleMetadata(draft, roleMetadata(pass)) ?? draft;
}

function withHashLabel(selector: LabelSelector, hash: string): LabelSelector {
  return { ...cloneJson(selector), matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } };
}

/** The first ReplicaSet of a Rollout will be the stable one; later ones begin as preview or canary. */
function roleMetadata({ rollout, stableRS }: RolloutPass): PodTemplateMetadata | undefined {
  const [blueGreen, canary] = [blueGreenOf(rollout), canaryOf(rollout)];
  if (stableRS) return canary ? canary.canaryMetadata : blueGreen?.previewMetadata;
  return canary ? canary.stableMetadata : blueGreen?.activeMetadata;
}

function create(pass: RolloutPass, draft: ReplicaSet): { replicaSet: ReplicaSet; isNew: boolean } {
  const { api } = pass.tools;
  try {
    return { replicaSet: api.create(REPLICA_SETS, draft), isNew: true };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason !== 'AlreadyExists') reportFailure(pass, draft, error);
    else {
      const existing = api.get<ReplicaSet>(REPLICA_SETS, pass.namespace, draft.metadata.name);
      if (existing && isOurs(pass, existing)) return { replicaSet: existing, isNew: false };
      pass.replaceStatus((status) => {
        status.collisionCount = (status.collisionCount ?? 0) + 1;
      });
    }
    throw error;
  }
}

function isOurs({ rollout }: RolloutPass, existing: ReplicaSet): boolean {
  return isControlledBy(existing, rollout) && isSameTemplate(existing.spec.template, rollout.spec.template!);
}

function reportFailure(pass: RolloutPass, draft: ReplicaSet, error: ApiError): void {
  const message = `Failed to create new replica set "${draft.metadata.name}": ${error.message}`;
  pass.tell(Reason.createFailed, message, 'Warning');
  patchConditions(pass, [{ type: 'Progressing', status: 'False', reason: Reason.createFailed, message }]);
}

function noteCreation(pass: RolloutPass, replicaSet: ReplicaSet): void {
  const { name } = replicaSet.metadata;
  pass.tell(Reason.created, `Created ReplicaSet ${name} (revision ${revisionOf(replicaSet)})`);
  pass.replaceStatus((status) => {
    const message = `Created new replica set "${name}"`;
    setCondition(status, { type: 'Progressing', status: 'True', reason: Reason.created, message }, pass.nowMs);
  });
}
