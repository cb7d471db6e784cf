import type { Pod, PodTemplateSpec } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { cloneJson } from '../../system/json.ts';
import { ApiError } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import type { EventSink } from './event-recorder.ts';
import { controllerReference } from './ownership.ts';

/** Whether the server refuses everything in a namespace because that is going away. */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && error.code === 403 && error.message.includes('because it is being terminated');
}

/** Creates and deletes pods on behalf of their controller and tells so by events. Models pkg/controller/controller_utils.go RealPodControl. */
export class PodControl {
  readonly #api: ApiClient;
  readonly #events: EventSink;

  constructor(api: ApiClient, events: EventSink) {
    this.#api = api;
    this.#events = events;
  }

  /** A pod of the template, named after its owner; the owner's event says whether it worked. Throws what the server answered. */
  create(owner: KubeObject, template: PodTemplateSpec, adjust: (pod: Pod) => void = () => undefined): Pod {
    const pod = podFromTemplate(owner, template);
    adjust(pod);
    try {
      const created = this.#api.create('pods', pod);
      this.#events.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
      return created;
    } catch (error) {
      if (error instanceof ApiError && !isNamespaceTerminating(error)) {
        this.#events.record(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      }
      throw error;
    }
  }

  /** Asks for the pod to be deleted; one that is gone already is fine. */
  delete(owner: KubeObject, pod: Pod): void {
    const { namespace, name } = pod.metadata;
    try {
      this.#api.delete('pods', namespace, name);
      this.#events.record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason === 'NotFound') return;
      this.#events.record(owner, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
      throw error;
    }
  }
}

function podFromTemplate(owner: KubeObject, { metadata = {}, spec }: PodTemplateSpec): Pod {
  const { labels, annotations, finalizers } = metadata as Partial<Pod['metadata']>;
  return cloneJson({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace !== undefined && { namespace: owner.metadata.namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(owner)],
    } as Pod['metadata'],
    spec,
  });
}
