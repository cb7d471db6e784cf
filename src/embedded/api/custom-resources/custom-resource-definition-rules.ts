import { toSecondsTimestamp } from '../../../system/time.ts';
import type { KindRules } from '../../admission/kind-rules.ts';
import { CLEANUP_FINALIZER, withCondition, type CustomResourceDefinition } from './custom-resource-definition.ts';

/** What the server itself does with a CustomResourceDefinition. Models registry/customresourcedefinition strategy.go and etcd.go. */
export const customResourceDefinitionRules: KindRules<CustomResourceDefinition> = {
  completeDefaults({ spec }) {
    const { names } = spec;
    if (names?.kind) {
      names.singular ||= names.kind.toLowerCase();
      names.listKind ||= `${names.kind}List`;
    }
    spec.conversion ??= { strategy: 'None' };
  },

  prepareForCreate(draft) {
    draft.status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: storedVersions(draft, []) };
  },

  /** Every version that objects were ever stored in stays listed. */
  prepareForUpdate(draft, previous, { request }) {
    if (request.subresource === 'status') return;
    draft.status = { ...draft.status, storedVersions: storedVersions(draft, previous.status?.storedVersions ?? []) };
  },

  /** The definition stays until its objects are gone. */
  prepareForDelete(draft, { clock }) {
    draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), CLEANUP_FINALIZER])];
    draft.status = {
      ...draft.status,
      conditions: withCondition(draft.status?.conditions ?? [], {
        type: 'Terminating',
        status: 'True',
        lastTransitionTime: toSecondsTimestamp(clock.now()),
        reason: 'InstanceDeletionPending',
        message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      }),
    };
  },
};

function storedVersions({ spec }: CustomResourceDefinition, known: readonly string[]): string[] {
  const stored = spec.versions?.find(({ storage }) => storage)?.name;
  return stored === undefined || known.includes(stored) ? [...known] : [...known, stored];
}
