import type { Namespace } from '../../../kube/types/core.ts';
import { forbidden, targetOf } from '../../api/api-error.ts';
import { checkName } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Label, qualifiedName } from '../name-problems.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const FINALIZER = 'kubernetes';
/** Namespaces that nobody may delete. Models plugin/pkg/admission/namespace/lifecycle. */
const IMMORTAL: readonly string[] = ['default', 'kube-system', 'kube-public'];

/** Rules for Namespaces. Models apis/core/v1/defaults.go and registry/core/namespace; the finalizer in spec is taken out through /finalize alone. */
export const namespaceRules: KindRules<Namespace> = {
  completeDefaults({ metadata }) {
    if (metadata.name) metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
  },
  prepareForCreate(draft) {
    const finalizers = draft.spec?.finalizers ?? [];
    draft.spec = { ...draft.spec, finalizers: finalizers.includes(FINALIZER) ? finalizers : [...finalizers, FINALIZER] };
    draft.status = { phase: 'Active' };
  },
  prepareForUpdate(draft, previous, { request }) {
    if (request.subresource === 'finalize') return;
    if (previous.spec) draft.spec = previous.spec;
    else delete draft.spec;
  },
  prepareForDelete({ metadata }, { request }) {
    if (IMMORTAL.includes(metadata.name)) throw forbidden(targetOf(request.definition, metadata.name), 'this namespace may not be deleted');
  },
  validate: (draft, previous) => [
    ...checkMetadata(draft, previous, dns1123Label),
    ...(draft.spec?.finalizers ?? []).flatMap((finalizer) => checkName('spec.finalizers', finalizer, qualifiedName)),
  ],
};
