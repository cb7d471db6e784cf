import type { KubeObject } from '../../kube/types/meta.ts';
import type { Conversion, ResourceDefinition, ServedResource } from './resource.ts';

/** Names of fields in events.k8s.io/v1, and of the same fields in core/v1. */
const FIELD_NAMES: readonly (readonly [served: string, stored: string])[] = [
  ['note', 'message'],
  ['regarding', 'involvedObject'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

const SERVED_NAMES = new Map(FIELD_NAMES.map(([served, stored]) => [stored, served]));
const STORED_NAMES = new Map(FIELD_NAMES);

/** What field selectors of events.k8s.io may name. Models pkg/apis/events/v1 AddFieldLabelConversionsForEvent. */
const SELECTOR_LABELS = new Map([
  ...['reason', 'type', 'metadata.name', 'metadata.namespace'].map((label) => [label, label] as const),
  ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
    (field) => [`regarding.${field}`, `involvedObject.${field}`] as const,
  ),
  ['reportingController', 'reportingComponent'],
]);

function rename(object: KubeObject, apiVersion: string, names: ReadonlyMap<string, string>): KubeObject {
  const renamed: KubeObject = { apiVersion, kind: 'Event', metadata: object.metadata };
  for (const [key, value] of Object.entries(object)) {
    if (key !== 'apiVersion' && key !== 'kind' && key !== 'metadata') renamed[names.get(key) ?? key] = value;
  }
  return renamed;
}

const CONVERSION: Conversion = {
  toServed: (object) => rename(object, 'events.k8s.io/v1', SERVED_NAMES),
  toStored: (object) => rename(object, 'v1', STORED_NAMES),
  storedField: (label) => SELECTOR_LABELS.get(label),
};

/** Core events as events.k8s.io/v1 serves them: the same objects under other field names. */
export function mirroredEvents(events: ResourceDefinition): ServedResource {
  return { definition: { ...events, group: 'events.k8s.io' }, stored: events, conversion: CONVERSION };
}
