import type { ConfigMap, Namespace, PodDisruptionBudget, Secret } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { AdmissionPolicy, AdmissionPolicyBinding } from '../../admission/policies/policy.ts';
import type { RoleBinding, Subject } from '../../api/access/role-bindings.ts';
import { since } from './human-duration.ts';
import { AGE, integerColumn, nameColumn, textColumn, type TableKind } from './table-kind.ts';

export const namespaceTable: TableKind<Namespace> = {
  columns: [nameColumn(), textColumn('Status'), AGE],
  cells: ({ metadata, status }, nowMs) => [metadata.name, status?.phase ?? '', since(metadata.creationTimestamp, nowMs)],
};

export const configMapTable: TableKind<ConfigMap> = {
  columns: [nameColumn(), textColumn('Data'), AGE],
  cells: ({ metadata, data = {}, binaryData = {} }, nowMs) => [
    metadata.name,
    Object.keys(data).length + Object.keys(binaryData).length,
    since(metadata.creationTimestamp, nowMs),
  ],
};

export const secretTable: TableKind<Secret> = {
  columns: [nameColumn(), textColumn('Type'), textColumn('Data'), AGE],
  cells: ({ metadata, type = '', data = {} }, nowMs) => [
    metadata.name,
    type,
    Object.keys(data).length,
    since(metadata.creationTimestamp, nowMs),
  ],
};

interface ServiceAccount extends KubeObject {
  secrets?: unknown[];
}

export const serviceAccountTable: TableKind<ServiceAccount> = {
  columns: [nameColumn(), textColumn('Secrets'), AGE],
  cells: ({ metadata, secrets }, nowMs) => [metadata.name, secrets?.length ?? 0, since(metadata.creationTimestamp, nowMs)],
};

export const disruptionBudgetTable: TableKind<PodDisruptionBudget> = {
  columns: [nameColumn(), textColumn('Min Available'), textColumn('Max Unavailable'), integerColumn('Allowed Disruptions'), AGE],
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    String(spec.minAvailable ?? 'N/A'),
    String(spec.maxUnavailable ?? 'N/A'),
    status?.disruptionsAllowed ?? 0,
    since(metadata.creationTimestamp, nowMs),
  ],
};

interface ResourceQuota extends KubeObject {
  status?: { hard?: Record<string, string | number>; used?: Record<string, string | number> };
}

export const resourceQuotaTable: TableKind<ResourceQuota> = {
  columns: [nameColumn(), textColumn('Request'), textColumn('Limit'), AGE],
  cells: ({ metadata, status = {} }, nowMs) => {
    const { hard = {}, used = {} } = status;
    const cell = (isLimit: boolean): string =>
      Object.keys(hard)
        .filter((resource) => resource.startsWith('limits.') === isLimit)
        .sort()
        .map((resource) => `${resource}: ${used[resource] ?? 0}/${hard[resource]!}`)
        .join(', ');
    return [metadata.name, cell(false), cell(true), since(metadata.creationTimestamp, nowMs)];
  },
};

interface Lease extends KubeObject {
  spec?: { holderIdentity?: string };
}

export const leaseTable: TableKind<Lease> = {
  columns: [nameColumn(), textColumn('Holder'), AGE],
  cells: ({ metadata, spec }, nowMs) => [metadata.name, spec?.holderIdentity ?? '', since(metadata.creationTimestamp, nowMs)],
};

/** For RoleBindings and ClusterRoleBindings. */
export const roleBindingTable: TableKind<RoleBinding> = {
  columns: [nameColumn(), textColumn('Role'), AGE, textColumn('Users', 1), textColumn('Groups', 1), textColumn('ServiceAccounts', 1)],
  cells: ({ metadata, roleRef, subjects = [] }, nowMs) => [
    metadata.name,
    `${roleRef.kind}/${roleRef.name}`,
    since(metadata.creationTimestamp, nowMs),
    subjectNames(subjects, 'User'),
    subjectNames(subjects, 'Group'),
    subjects
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ namespace = '', name }) => `${namespace}/${name}`)
      .join(', '),
  ],
};

function subjectNames(subjects: readonly Subject[], kind: string): string {
  return subjects
    .filter((subject) => subject.kind === kind)
    .map(({ name }) => name)
    .join(', ');
}

interface PersistentVolumeClaim extends KubeObject {
  spec: { volumeName?: string; storageClassName?: string; volumeMode?: string; volumeAttributesClassName?: string };
  status?: { phase?: string; accessModes?: string[]; capacity?: Record<string, string> };
}

const ACCESS_MODES = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

export const volumeClaimTable: TableKind<PersistentVolumeClaim> = {
  columns: [
    nameColumn(),
    ...['Status', 'Volume', 'Capacity', 'Access Modes', 'StorageClass', 'VolumeAttributesClass'].map((name) => textColumn(name)),
    AGE,
    textColumn('VolumeMode', 1),
  ],
  cells: ({ metadata, spec, status = {} }, nowMs) => {
    const modes = ACCESS_MODES.filter(([mode]) => status.accessModes?.includes(mode)).map(([, short]) => short);
    return [
      metadata.name,
      metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
      spec.volumeName ?? '',
      spec.volumeName ? (status.capacity?.['storage'] ?? '0') : '',
      spec.volumeName ? modes.join(',') : '',
      metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? '',
      spec.volumeAttributesClassName ?? '<unset>',
      since(metadata.creationTimestamp, nowMs),
      spec.volumeMode ?? '<unset>',
    ];
  },
};

export const admissionPolicyTable: TableKind<AdmissionPolicy> = {
  columns: [nameColumn(), integerColumn('Validations'), textColumn('ParamKind'), AGE],
  cells: ({ metadata, spec }, nowMs) => [metadata.name, spec.validations?.length ?? 0, '<unset>', since(metadata.creationTimestamp, nowMs)],
};

export const admissionPolicyBindingTable: TableKind<AdmissionPolicyBinding> = {
  columns: [nameColumn(), textColumn('PolicyName'), textColumn('ParamRef'), AGE],
  cells: ({ metadata, spec }, nowMs) => [metadata.name, spec.policyName ?? '', '<unset>', since(metadata.creationTimestamp, nowMs)],
};
