import type { Event } from '../../../kube/types/core.ts';
import { since } from './human-duration.ts';
import { nameColumn, textColumn, type TableKind } from './table-kind.ts';

type StoredEvent = Event & { series?: { count?: number; lastObservedTime?: string } | null };

/** Models printers/internalversion printEvent; for core events, whichever group asks for them. */
export const eventTable: TableKind<StoredEvent> = {
  columns: [
    textColumn('Last Seen'),
    textColumn('Type'),
    textColumn('Reason'),
    textColumn('Object'),
    textColumn('Subobject', 1),
    textColumn('Source', 1),
    textColumn('Message'),
    textColumn('First Seen', 1),
    textColumn('Count', 1),
    nameColumn(1),
  ],
  cells(event, nowMs) {
    const { metadata, involvedObject, type = '', reason = '', message = '', series } = event;
    const firstSeen = since(event.firstTimestamp ?? event.eventTime, nowMs);
    const lastSeen = series ? since(series.lastObservedTime, nowMs) : event.lastTimestamp ? since(event.lastTimestamp, nowMs) : firstSeen;
    const kind = (involvedObject.kind ?? '').toLowerCase();
    return [
      lastSeen,
      type,
      reason,
      involvedObject.name ? `${kind}/${involvedObject.name}` : kind,
      involvedObject.fieldPath ?? '',
      sourceOf(event),
      message.trim(),
      firstSeen,
      series ? (series.count ?? 0) : event.count || 1,
      metadata.name,
    ];
  },
};

function sourceOf({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance || '';
  return instance ? `${component}, ${instance}` : component;
}
