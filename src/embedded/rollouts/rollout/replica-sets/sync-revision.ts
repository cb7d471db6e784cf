import type { ReplicaSet } from '../../../../kube/types/workloads.ts';
import { cloneJson } from '../../../../system/json.ts';
import { conditionOf } from '../../../controllers/pod-state.ts';
import { REPLICA_SETS, REVISION } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';
import { minReadySeconds } from '../rollout-spec.ts';
import { Reason, setCondition } from '../status/conditions.ts';
import { affinityFor, isInjectedRuleStale, type Affinity } from './anti-affinity.ts';
import { annotateNewReplicaSet } from './new-replica-set-annotations.ts';
import { nextRevision } from './revision.ts';

/**
 * Brings the new ReplicaSet's annotations, revision, minReadySeconds and injected rule up to date; once they are, shows its revision on
 * the Rollout. Steps do this more than once in a pass. Models rollout/sync.go syncReplicaSetRevision.
 */
export function syncRevision(pass: RolloutPass): void {
  if (!pass.newRS) return;
  const updated = updatedReplicaSet(pass, pass.newRS);
  if (updated) {
    pass.newRS = cloneJson(pass.tools.api.update(REPLICA_SETS, updated));
    return;
  }
  writeRevision(pass, pass.newRS.metadata.annotations?.[REVISION] ?? '');
  noteFoundReplicaSet(pass, pass.newRS);
}

/** Shows the revision on the Rollout and tells so, unless it is shown already. Models setRolloutRevision. */
export function writeRevision(pass: RolloutPass, revision: string): void {
  if (pass.rollout.metadata.annotations?.[REVISION] === revision) return;
  pass.writeRollout(({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, [REVISION]: revision };
  });
  pass.tell('RolloutUpdated', `Rollout updated to revision ${revision}`);
}

function updatedReplicaSet({ rollout, olderRSs }: RolloutPass, current: ReplicaSet): ReplicaSet | undefined {
  const draft = cloneJson(current);
  const isAnnotated = annotateNewReplicaSet(rollout, draft, nextRevision(olderRSs), true);
  const hasOtherReadiness = (current.spec.minReadySeconds ?? 0) !== minReadySeconds(rollout);
  const isStale = isInjectedRuleStale(current.spec.template.spec['affinity'] as Affinity | undefined, rollout);
  if (!isAnnotated && !hasOtherReadiness && !isStale) return undefined;
  draft.spec.minReadySeconds = minReadySeconds(rollout);
  const affinity = affinityFor(rollout);
  if (affinity) draft.spec.template.spec['affinity'] = affinity;
  else delete draft.spec.template.spec['affinity'];
  return draft;
}

/** A Rollout that nothing is known about yet begins to count its progress from here. */
function noteFoundReplicaSet(pass: RolloutPass, replicaSet: ReplicaSet): void {
  if (conditionOf(pass.status, 'Progressing')) return;
  pass.replaceStatus((status) => {
    const message = `Found new replica set "${replicaSet.metadata.name}"`;
    setCondition(status, { type: 'Progressing', status: 'True', reason: Reason.found, message }, pass.nowMs);
  });
}
