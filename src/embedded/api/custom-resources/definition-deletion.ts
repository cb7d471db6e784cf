import { toSecondsTimestamp } from '../../../system/time.ts';
import type { KindRules } from '../../admission/kind-rules.ts';
import { CLEANUP_FINALIZER, withCondition, type CustomResourceDefinition } from './custom-resource-definition.ts';

/** A CustomResourceDefinition that is deleted stays until its objects are gone. Models registry/customresourcedefinition/etcd.go Delete. */
export const definitionDeletion: KindRules<CustomResourceDefinition> = {
  prepareForDelete(draft, { clock }) {
    const deletedAt = toSecondsTimestamp(clock.now());
    draft.metadata.deletionTimestamp = deletedAt;
    draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), CLEANUP_FINALIZER])];
    draft.status = {
      ...draft.status,
      conditions: withCondition(draft.status?.conditions ?? [], {
        type: 'Terminating',
        status: 'True',
        lastTransitionTime: deletedAt,
        reason: 'InstanceDeletionPending',
        message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      }),
    };
  },
};
