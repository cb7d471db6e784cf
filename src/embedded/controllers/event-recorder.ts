import type { Event, ObjectReference } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import { ApiError } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import { EventCorrelator } from './event-correlator.ts';

export type EventType = 'Normal' | 'Warning';

/** Who reports: the component as `kubectl get events` shows it, and the node for those that run on one. */
export interface EventSource {
  component: string;
  host?: string;
}

/** Tells what happened to an object. */
export interface EventSink {
  /** Writes an event about the object as it is now; `fieldPath` points into it, such as `spec.containers{shop}`. Never throws for a refused event. */
  record(object: KubeObject, type: EventType, reason: string, message: string, details?: EventDetails): void;
}

export interface EventDetails {
  fieldPath?: string;
  annotations?: Record<string, string>;
}

/**
 * Writes core/v1 Events through the API at once, counting repeats up by patch and holding back floods.
 * An event that the server refuses (its namespace is going away) is dropped, as client-go drops it.
 * Models client-go tools/record/event.go; what was sent before is remembered only as long as the recorder lives.
 */
export class EventRecorder implements EventSink {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #source: EventSource;
  readonly #correlator = new EventCorrelator();
  #sequence = 0;

  constructor(options: { api: ApiClient; clock: Clock; source: EventSource }) {
    this.#api = options.api;
    this.#clock = options.clock;
    this.#source = options.source;
  }

  record(object: KubeObject, type: EventType, reason: string, message: string, details: EventDetails = {}): void {
    const event = this.#eventAbout(referenceTo(object, details.fieldPath), type, reason, message);
    if (details.annotations) event.metadata.annotations = details.annotations;
    const correlated = this.#correlator.correlate(event, this.#clock.now());
    if (!correlated) return;
    try {
      if (correlated.isRepeat) this.#countUp(correlated.event);
      else this.#api.create('events', correlated.event);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #eventAbout(involvedObject: ObjectReference, type: EventType, reason: string, message: string): Event {
    const timestamp = toSecondsTimestamp(this.#clock.now());
    const namespace = involvedObject.namespace ?? 'default';
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: this.#unusedName(namespace, involvedObject.name ?? ''), namespace },
      involvedObject,
      reason,
      message,
      source: this.#source,
      firstTimestamp: timestamp,
      lastTimestamp: timestamp,
      eventTime: null,
      count: 1,
      type,
      reportingComponent: this.#source.component,
      reportingInstance: this.#source.host ?? '',
    };
  }

  /** The object's name and the time in nanoseconds; the clock counts milliseconds, so the last digits only tell events apart. */
  #unusedName(namespace: string, objectName: string): string {
    for (;;) {
      this.#sequence = (this.#sequence + 1) % 1_000_000;
      const nanoseconds = BigInt(Math.floor(this.#clock.now())) * 1_000_000n + BigInt(this.#sequence);
      const name = `${objectName}.${nanoseconds.toString(16)}`;
      if (!this.#api.get('events', namespace, name)) return name;
    }
  }

  #countUp(event: Event): void {
    const { namespace, name } = event.metadata;
    const body = { count: event.count, lastTimestamp: event.lastTimestamp, message: event.message };
    try {
      this.#api.patch('events', namespace, name, { type: 'merge', body });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error;
      this.#api.create('events', event);
    }
  }
}

function referenceTo(object: KubeObject, fieldPath: string | undefined): ObjectReference {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace !== undefined && { namespace }),
    name,
    ...(uid !== undefined && { uid }),
    apiVersion: object.apiVersion,
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(fieldPath !== undefined && { fieldPath }),
  };
}
