import type { AntiAffinity, Rollout } from '../../../../kube/types/rollouts.ts';
import { cloneJson } from '../../../../system/json.ts';
import { HASH_LABEL } from '../names.ts';
import { rolloutTemplateHash } from '../pod-template/rollout-hash.ts';
import { blueGreenOf, canaryOf } from '../rollout-spec.ts';

interface PodAffinityTerm {
  labelSelector?: { matchExpressions?: { key: string; operator: string; values?: string[] }[] };
  namespaces?: string[];
  topologyKey: string;
}

interface PodAntiAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; podAffinityTerm: PodAffinityTerm }[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
}

export interface Affinity {
  podAntiAffinity?: PodAntiAffinity;
  [field: string]: unknown;
}

/** The affinity of the new ReplicaSet's pods: the template's own and, during an update, a rule that keeps them away from stable pods. Models replicaset GenerateReplicaSetAffinity. */
export function affinityFor(rollout: Rollout): Affinity | undefined {
  const affinity = cloneJson(rollout.spec.template?.spec['affinity']) as Affinity | undefined;
  const wanted = antiAffinityOf(rollout);
  if (!wanted || !isUpdate(rollout)) return affinity;
  const term = termAgainstStable(rollout);
  const antiAffinity = { ...affinity?.podAntiAffinity };
  if (wanted.preferredDuringSchedulingIgnoredDuringExecution) {
    const { weight } = wanted.preferredDuringSchedulingIgnoredDuringExecution;
    const others = antiAffinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    antiAffinity.preferredDuringSchedulingIgnoredDuringExecution = [...others, { weight, podAffinityTerm: term }];
  } else {
    antiAffinity.requiredDuringSchedulingIgnoredDuringExecution = [
      ...(antiAffinity.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      term,
    ];
  }
  return { ...affinity, podAntiAffinity: antiAffinity };
}

/** An affinity without the rule that the controller put in; undefined when nothing else was there. Models replicaset RemoveInjectedAntiAffinityRule. */
export function withoutInjectedRule(affinity: Affinity | undefined, rollout: Rollout): Affinity | undefined {
  if (!affinity || !injectedTerm(affinity, rollout)) return affinity;
  const { podAntiAffinity = {}, ...others } = affinity;
  const preferred = dropFirst(podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution, ({ podAffinityTerm }) =>
    isInjected(podAffinityTerm),
  );
  const required = dropFirst(podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution, isInjected);
  const left: PodAntiAffinity = {
    ...(preferred && { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
    ...(required && { requiredDuringSchedulingIgnoredDuringExecution: required }),
  };
  const result = { ...others, ...(Object.keys(left).length > 0 && { podAntiAffinity: left }) };
  return Object.keys(result).length > 0 ? result : undefined;
}

/** Whether the rule in a template keeps pods away from a ReplicaSet that is not the stable one any more. */
export function isInjectedRuleStale(affinity: Affinity | undefined, rollout: Rollout): boolean {
  const term = injectedTerm(affinity, rollout);
  if (!term || rollout.status?.stableRS === currentHash(rollout)) return false;
  const named = hashRequirement(term)?.values?.[0];
  return named !== undefined && named !== (rollout.status?.stableRS ?? '');
}

function antiAffinityOf(rollout: Rollout): AntiAffinity | undefined {
  const antiAffinity = canaryOf(rollout)?.antiAffinity ?? blueGreenOf(rollout)?.antiAffinity;
  const isSet =
    antiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? antiAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return isSet ? antiAffinity : undefined;
}

function isUpdate(rollout: Rollout): boolean {
  const stable = rollout.status?.stableRS;
  return Boolean(stable) && stable !== currentHash(rollout);
}

function currentHash({ spec, status }: Rollout): string {
  return rolloutTemplateHash(spec.template, status?.collisionCount);
}

function termAgainstStable({ metadata, status }: Rollout): PodAffinityTerm {
  return {
    labelSelector: { matchExpressions: [{ key: HASH_LABEL, operator: 'In', values: [status?.stableRS ?? ''] }] },
    namespaces: [metadata.namespace!],
    topologyKey: 'kubernetes.io/hostname',
  };
}

function injectedTerm(affinity: Affinity | undefined, rollout: Rollout): PodAffinityTerm | undefined {
  const wanted = antiAffinityOf(rollout);
  if (!wanted) return undefined;
  const rules = affinity?.podAntiAffinity;
  return wanted.preferredDuringSchedulingIgnoredDuringExecution
    ? rules?.preferredDuringSchedulingIgnoredDuringExecution?.map(({ podAffinityTerm }) => podAffinityTerm).find(isInjected)
    : rules?.requiredDuringSchedulingIgnoredDuringExecution?.find(isInjected);
}

function isInjected(term: PodAffinityTerm): boolean {
  return hashRequirement(term) !== undefined;
}

function hashRequirement({ labelSelector }: PodAffinityTerm): { values?: string[] } | undefined {
  return labelSelector?.matchExpressions?.find(({ key }) => key === HASH_LABEL);
}

/** The list without the first item that matches; undefined when it becomes empty. */
function dropFirst<T>(list: readonly T[] | undefined, matches: (item: T) => boolean): T[] | undefined {
  const index = list?.findIndex(matches) ?? -1;
  const rest = list?.filter((_, position) => position !== index);
  return rest && rest.length > 0 ? rest : undefined;
}
