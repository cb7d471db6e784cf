import type { Event } from '../../../kube/types/core.ts';
import { invalidValue } from '../../schema/field-causes.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';

/** Rules for Events. Models core/validation/events.go for events of the core group. */
export const eventRules: KindRules<Event> = {
  validate(draft, previous) {
    const { involvedObject, metadata } = draft;
    const expected = involvedObject.namespace || 'default';
    const isElsewhere = metadata.namespace !== expected;
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...(isElsewhere ? [invalidValue('involvedObject.namespace', involvedObject.namespace ?? '', 'does not match event.namespace')] : []),
    ];
  },
};
