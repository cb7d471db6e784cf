import type { KubeObject } from '../../../kube/types/meta.ts';
import type { Cancel, Clock } from '../../../system/clock.ts';
import { equalJson } from '../../../system/json.ts';
import { toMicroTimestamp, toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import { imageIdOf, imageSizeBytes, type ImageStore } from '../image-store.ts';

const LEASES = 'leases.coordination.k8s.io';
const LEASE_NAMESPACE = 'kube-node-lease';
const LEASE_SECONDS = 40;
/** How often a node reports when nothing changed; nobody in this cluster counts it out, so its lease is renewed no more often than that. */
const REPORT_MS = 300_000;
/** How soon a change of its images shows. */
const CHANGE_MS = 100;

interface NodeImage {
  names: string[];
  sizeBytes: number;
}

/** Keeps a node's status alive: that it is ready, since when that was last said, and which images it has. Models pkg/kubelet/kubelet_node_status.go. */
export class NodeStatus {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #images: ImageStore;
  readonly #nodeName: string;
  #cancelReport: Cancel | undefined;
  #cancelChange: Cancel | undefined;

  constructor(options: { api: ApiClient; clock: Clock; images: ImageStore; nodeName: string }) {
    this.#api = options.api;
    this.#clock = options.clock;
    this.#images = options.images;
    this.#nodeName = options.nodeName;
  }

  /** Takes over the images that the node has, and begins to report. */
  start(): void {
    const { images = [] } = (this.#node()?.['status'] ?? {}) as { images?: NodeImage[] };
    for (const { names } of images) for (const name of names) this.#images.keep(name);
    this.#renewLease();
    this.#reportLater();
  }

  stop(): void {
    this.#cancelReport?.();
    this.#cancelChange?.();
    this.#cancelReport = this.#cancelChange = undefined;
  }

  /** Shows soon which images there are now. */
  noteImages(): void {
    this.#cancelChange ??= this.#clock.after(CHANGE_MS, () => {
      this.#cancelChange = undefined;
      this.#report();
    });
  }

  #reportLater(): void {
    this.#cancelReport = this.#clock.after(REPORT_MS, () => {
      this.#report();
      this.#renewLease();
      this.#reportLater();
    });
  }

  #report(): void {
    const node = this.#node();
    if (!node) return;
    const { conditions = [], images = [] } = (node['status'] ?? {}) as { conditions?: object[]; images?: NodeImage[] };
    const lastHeartbeatTime = toSecondsTimestamp(this.#clock.now());
    const known = this.#listImages();
    const status = {
      conditions: conditions.map((condition) => ({ ...condition, lastHeartbeatTime })),
      ...(!equalJson(images, known) && { images: known }),
    };
    this.#attempt(() => this.#api.patch('nodes', undefined, this.#nodeName, { type: 'merge', body: { status } }, 'status'));
  }

  #listImages(): NodeImage[] {
    return this.#images
      .present()
      .map((image) => ({ names: [imageIdOf(image), image.reference], sizeBytes: imageSizeBytes(image) }))
      .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.names[1]! < b.names[1]! ? -1 : 1));
  }

  /** Models component-helpers/apimachinery/lease. */
  #renewLease(): void {
    const node = this.#node();
    if (!node) return;
    const renewTime = toMicroTimestamp(this.#clock.now());
    const name = this.#nodeName;
    this.#attempt(() => {
      if (this.#api.get(LEASES, LEASE_NAMESPACE, name)) {
        this.#api.patch(LEASES, LEASE_NAMESPACE, name, { type: 'merge', body: { spec: { renewTime } } });
        return;
      }
      this.#api.create<KubeObject>(LEASES, {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: {
          name,
          namespace: LEASE_NAMESPACE,
          ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid ?? '' }],
        },
        spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
      });
    });
  }

  #node(): KubeObject | undefined {
    return this.#api.get('nodes', undefined, this.#nodeName);
  }

  /** What the server refuses now may go through the next time. */
  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
