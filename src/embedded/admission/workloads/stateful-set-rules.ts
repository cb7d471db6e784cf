import type { PodTemplateSpec } from '../../../kube/types/core.ts';
import type { KubeObject, LabelSelector, StatusCause } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { forbiddenValue, invalidValue } from '../../schema/field-causes.ts';
import { checkName, checkNonNegative } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Label } from '../name-problems.ts';
import { defaultPodTemplate } from '../pods/pod-template-defaults.ts';
import { checkSelectorAndTemplate } from './template-validation.ts';

interface StatefulSet extends KubeObject {
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplateSpec;
    serviceName?: string;
    podManagementPolicy?: string;
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
    volumeClaimTemplates?: ClaimTemplate[];
    ordinals?: unknown;
  };
}

interface ClaimTemplate {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string };
  spec?: { volumeMode?: string };
  status?: { phase?: string };
}

const WORDS = { forSelector: 'statefulset', forDeadline: 'StatefulSet', forUnusableSelector: '' };
const CHANGEABLE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'] as const; // prettier-ignore

/** Rules for StatefulSets. Models apis/apps/v1/defaults.go, apps/validation and registry/apps/statefulset. */
export const statefulSetRules: KindRules<StatefulSet> = {
  completeDefaults({ spec }) {
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.podManagementPolicy ||= 'OrderedReady';
    defaultUpdateStrategy(spec);
    spec.persistentVolumeClaimRetentionPolicy = {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
      ...spec.persistentVolumeClaimRetentionPolicy,
    };
    for (const claim of spec.volumeClaimTemplates ?? []) defaultClaim(claim);
    defaultPodTemplate(spec.template);
  },
  validate(draft, previous) {
    const { spec } = draft;
    return [
      ...checkMetadata(draft, previous, dns1123Label),
      ...checkPolicies(spec),
      ...checkNonNegative('spec.replicas', spec.replicas),
      ...checkNonNegative('spec.minReadySeconds', spec.minReadySeconds),
      ...(spec.serviceName && !previous ? checkName('spec.serviceName', spec.serviceName, dns1123Label) : []),
      ...checkSelectorAndTemplate({ ...spec, template: withClaims(spec) }, WORDS),
      ...(previous ? checkUpdate(spec, previous.spec) : []),
    ];
  },
};

function defaultUpdateStrategy(spec: StatefulSet['spec']): void {
  const strategy = (spec.updateStrategy ??= {});
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0;
}

function defaultClaim(claim: ClaimTemplate): void {
  claim.apiVersion ||= 'v1';
  claim.kind ||= 'PersistentVolumeClaim';
  (claim.spec ??= {}).volumeMode ??= 'Filesystem';
  (claim.status ??= {}).phase ||= 'Pending';
}

/** The template with the volumes that the claims become. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSet['spec']): PodTemplateSpec {
  if (volumeClaimTemplates.length === 0) return template;
  const volumes = volumeClaimTemplates.map(({ metadata }) => ({
    name: metadata?.name ?? '',
    persistentVolumeClaim: { claimName: metadata?.name ?? '' },
  }));
  const names = volumes.map(({ name }) => name);
  const others = (template.spec.volumes ?? []).filter(({ name }) => !names.includes(name));
  return { ...template, spec: { ...template.spec, volumes: [...volumes, ...others] } };
}

function checkPolicies({ podManagementPolicy, updateStrategy = {} }: StatefulSet['spec']): StatusCause[] {
  const { type, rollingUpdate } = updateStrategy;
  const isKnown = podManagementPolicy === 'OrderedReady' || podManagementPolicy === 'Parallel';
  const policy = isKnown ? [] : [invalidValue('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'")];
  if (type === 'RollingUpdate') {
    return [...policy, ...checkNonNegative('spec.updateStrategy.rollingUpdate.partition', rollingUpdate?.partition)];
  }
  if (type === 'OnDelete') {
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    return rollingUpdate ? [...policy, invalidValue('spec.updateStrategy.rollingUpdate', rollingUpdate, detail)] : policy;
  }
  const internal = { Type: type, RollingUpdate: rollingUpdate ?? null };
  return [...policy, invalidValue('spec.updateStrategy', internal, "must be 'RollingUpdate' or 'OnDelete'")];
}

function checkUpdate(spec: StatefulSet['spec'], before: StatefulSet['spec']): StatusCause[] {
  const fixed = ({ ...rest }: StatefulSet['spec']) =>
    Object.fromEntries(Object.entries(rest).filter(([key]) => !CHANGEABLE.includes(key as never)));
  if (equalJson(fixed(spec), fixed(before))) return [];
  const names = CHANGEABLE.map((name) => `'${name}'`);
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return [forbiddenValue('spec', `updates to statefulset spec for fields other than ${list} are forbidden`)];
}
