import type { Rollout } from '../../../../kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { cloneJson } from '../../../../system/json.ts';
import type { ApiClient } from '../../../api/client.ts';
import { claim } from '../../../controllers/ownership.ts';
import { HASH_LABEL, REPLICA_SETS } from '../names.ts';
import { rolloutTemplateHash } from '../pod-template/rollout-hash.ts';
import { isSameTemplate } from '../pod-template/same-template.ts';
import { withoutInjectedRule, type Affinity } from './anti-affinity.ts';
import { withRoleMetadata } from './ephemeral-annotation.ts';
import { withHash } from './replica-set-facts.ts';
import { byCreation } from './revision.ts';

/** Copies of the ReplicaSets that belong to a Rollout. Those without the hash label are invisible to the controller. */
export function replicaSetsOf(api: ApiClient, rollout: Rollout): ReplicaSet[] {
  const { namespace } = rollout.metadata;
  const candidates = api
    .list<ReplicaSet>(REPLICA_SETS, { namespace: namespace! })
    .filter(({ metadata }) => metadata.labels?.[HASH_LABEL] !== undefined);
  return claim(api, REPLICA_SETS, rollout, rollout.spec.selector ?? NOTHING, candidates)
    .map(cloneJson)
    .sort(byCreation);
}

/** A selector that nothing meets. */
const NOTHING = { matchExpressions: [{ key: HASH_LABEL, operator: 'DoesNotExist' as const }] };

/** The ReplicaSet of the present template: by its hash, or else by comparing the templates. Models replicaset FindNewReplicaSet. */
export function findNewReplicaSet(rollout: Rollout, byAge: readonly ReplicaSet[]): ReplicaSet | undefined {
  const { template } = rollout.spec;
  const hash = rolloutTemplateHash(template, rollout.status?.collisionCount);
  return withHash(byAge, hash) ?? (template && byAge.find((replicaSet) => isSameTemplate(ownTemplate(replicaSet, rollout), template)));
}

/** A ReplicaSet's template without what the controller put into it. */
function ownTemplate(replicaSet: ReplicaSet, rollout: Rollout): ReplicaSet['spec']['template'] {
  const { template } = (withRoleMetadata(replicaSet, undefined) ?? replicaSet).spec;
  const affinity = withoutInjectedRule(template.spec['affinity'] as Affinity | undefined, rollout);
  const { affinity: _, ...spec } = template.spec;
  return { ...template, spec: { ...spec, ...(affinity && { affinity }) } };
}

/** The ReplicaSet that the status calls stable. Models replicaset GetStableRS. */
export function findStableReplicaSet(rollout: Rollout, replicaSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return withHash(replicaSets, rollout.status?.stableRS);
}
