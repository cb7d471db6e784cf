import type { KubeObject, StatusCause } from '../../../kube/types/meta.ts';
import { parseQuantity } from '../../schema/quantity.ts';
import { requiredValue } from '../../schema/field-causes.ts';
import { checkNonNegative, checkPositive, checkSupported } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';

/** Rules for ServiceAccounts and Nodes: what every object has. */
export const plainRules: KindRules = {
  validate: (draft, previous) => checkMetadata(draft, previous, dns1123Subdomain),
};

interface Lease extends KubeObject {
  spec?: { leaseDurationSeconds?: number; leaseTransitions?: number };
}

/** Rules for Leases. Models coordination/validation. */
export const leaseRules: KindRules<Lease> = {
  requiresResourceVersion: true,
  validate: (draft, previous) => [
    ...checkMetadata(draft, previous, dns1123Subdomain),
    ...checkPositive('spec.leaseDurationSeconds', draft.spec?.leaseDurationSeconds),
    ...checkNonNegative('spec.leaseTransitions', draft.spec?.leaseTransitions),
  ],
};

interface Claim extends KubeObject {
  spec: {
    accessModes?: string[];
    resources?: { requests?: Record<string, string> };
    volumeMode?: string;
    storageClassName?: string;
  };
}

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const PROTECTION = 'kubernetes.io/pvc-protection';
/** The storage class of a kind cluster, which is its default. */
const STORAGE_CLASS = 'standard';

/** Rules for PersistentVolumeClaims. Models core/validation ValidatePersistentVolumeClaimSpec, and the admission of the default storage class. */
export const claimRules: KindRules<Claim> = {
  completeDefaults({ spec }) {
    spec.volumeMode ??= 'Filesystem';
  },
  prepareForCreate(draft) {
    const { metadata, spec } = draft;
    spec.storageClassName ??= STORAGE_CLASS;
    draft['status'] = { phase: 'Pending' };
    const finalizers = metadata.finalizers ?? [];
    if (!finalizers.includes(PROTECTION)) metadata.finalizers = [...finalizers, PROTECTION];
  },
  validate(draft, previous) {
    const { accessModes = [], resources } = draft.spec;
    const storage = resources?.requests?.['storage'];
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...(accessModes.length === 0 ? [requiredValue('spec.accessModes', 'at least 1 access mode is required')] : []),
      ...accessModes.flatMap((mode) => checkSupported('spec.accessModes', mode, ACCESS_MODES)),
      ...(storage === undefined ? [requiredValue('spec.resources[storage]')] : checkStorage(storage)),
    ];
  },
};

function checkStorage(storage: string): StatusCause[] {
  return parseQuantity(storage).nano > 0n
    ? []
    : [
        {
          reason: 'FieldValueInvalid',
          message: `Invalid value: ${JSON.stringify(storage)}: must be greater than zero`,
          field: 'spec.resources[storage]',
        },
      ];
}
