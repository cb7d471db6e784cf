import type { Clock } from '../../system/clock.ts';
import type { Faults } from '../faults.ts';
import type { Image, ImageCatalog } from '../programs/image.ts';
import { repositoryOf } from '../programs/built-in-catalog.ts';
import { formatImageReference, parseImageReference } from '../programs/image-reference.ts';
import { Backoff } from './backoff.ts';
import { Timing } from './timings.ts';

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;

/** What became of the wish for an image. The reasons are those that container statuses show. */
export type ImageResult =
  | { kind: 'present'; image: Image }
  | { kind: 'pulled'; image: Image; tookMs: number }
  | { kind: 'failed'; reason: ImageFailure; message: string };

export type ImageFailure = 'InvalidImageName' | 'ErrImageNeverPull' | 'ErrImagePull' | 'ImagePullBackOff';

/** How long an attempt takes, and what comes of it. */
export interface ImageAttempt {
  /** Whether a pull begins, of which an event tells. */
  isPull: boolean;
  durationMs: number;
  /** Called when the time is over. */
  finish(): ImageResult;
}

/** The images that the node has, and their pulls. Models pkg/kubelet/images/image_manager.go. */
export class ImageStore {
  readonly #catalog: ImageCatalog;
  readonly #faults: Pick<Faults, 'isUnpullable'>;
  readonly #clock: Clock;
  readonly #present = new Set<string>();
  readonly #backoff = new Backoff(FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS);
  readonly #lastErrors = new Map<string, string>();

  constructor(options: { catalog: ImageCatalog; faults: Pick<Faults, 'isUnpullable'>; clock: Clock }) {
    this.#catalog = options.catalog;
    this.#faults = options.faults;
    this.#clock = options.clock;
  }

  /** Notes an image that the node has from before. */
  keep(name: string): void {
    const image = this.#catalog.resolve(name);
    if (image) this.#present.add(image.reference);
  }

  /** The images that the node has. */
  present(): Image[] {
    return [...this.#present].flatMap((reference) => this.#catalog.resolve(reference) ?? []);
  }

  /** The image that a running container was made of; undefined when it is not known (any more). */
  find(name: string): Image | undefined {
    return this.#catalog.resolve(name);
  }

  /** Gets an image for a pod. `policy` is the container's imagePullPolicy. */
  ensure(podUid: string, name: string, policy: 'Always' | 'IfNotPresent' | 'Never'): ImageAttempt {
    const invalid = problemWith(name);
    if (invalid !== undefined) {
      const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${invalid}`;
      return settled({ kind: 'failed', reason: 'InvalidImageName', message });
    }
    const image = this.#reachable(name);
    const isPresent = image !== undefined && this.#present.has(image.reference);
    if (isPresent && policy !== 'Always') return settled({ kind: 'present', image });
    if (policy === 'Never') {
      return settled({
        kind: 'failed',
        reason: 'ErrImageNeverPull',
        message: `Container image "${name}" is not present with pull policy of Never`,
      });
    }
    return this.#pull(`${podUid}_${name}`, name, image);
  }

  /** How long until a pull that failed is tried again. */
  remainingBackoffMs(podUid: string, name: string): number {
    return this.#backoff.remaining(`${podUid}_${name}`, this.#clock.now());
  }

  forgetPod(podUid: string): void {
    this.#backoff.forget(`${podUid}_`);
    for (const key of [...this.#lastErrors.keys()]) if (key.startsWith(`${podUid}_`)) this.#lastErrors.delete(key);
  }

  #reachable(name: string): Image | undefined {
    return this.#faults.isUnpullable(name) ? undefined : this.#catalog.resolve(name);
  }

  #pull(key: string, name: string, image: Image | undefined): ImageAttempt {
    if (this.#backoff.remaining(key, this.#clock.now()) > 0) {
      const message = `Back-off pulling image "${name}": ${this.#lastErrors.get(key) ?? 'ErrImagePull'}`;
      return settled({ kind: 'failed', reason: 'ImagePullBackOff', message });
    }
    const isThere = image !== undefined && this.#present.has(image.reference);
    const durationMs = image ? (isThere ? Timing.failedPullMs : Timing.pullMs) : Timing.failedPullMs;
    return {
      isPull: true,
      durationMs,
      finish: () => {
        if (!image) return this.#failPull(key, name);
        this.#present.add(image.reference);
        return { kind: 'pulled', image, tookMs: durationMs };
      },
    };
  }

  #failPull(key: string, name: string): ImageResult {
    const now = this.#clock.now();
    this.#backoff.next(key, now, now);
    const message = pullError(name, this.#faults.isUnpullable(name));
    this.#lastErrors.set(key, `ErrImagePull: ${message}`);
    return { kind: 'failed', reason: 'ErrImagePull', message };
  }
}

function settled(result: ImageResult): ImageAttempt {
  return { isPull: false, durationMs: Timing.imageCheckMs, finish: () => result };
}

function problemWith(name: string): string | undefined {
  try {
    parseImageReference(name);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What containerd says about an image that it cannot get. */
function pullError(name: string, isRegistryDown: boolean): string {
  const reference = parseImageReference(name);
  const full = formatImageReference(reference);
  const attempt = `failed to pull and unpack image "${full}": failed to resolve reference "${full}": `;
  const { registry, repository, tag, digest } = reference;
  if (isRegistryDown) {
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    return `${attempt}failed to do request: Head "https://${host}/v2/${repository}/manifests/${digest ?? tag ?? ''}": dial tcp: lookup ${host}: i/o timeout`;
  }
  return `${attempt}${full}: not found`;
}

/** How a container status names the image by its content. */
export function imageIdOf(image: Image): string {
  return `${repositoryOf(image)}@${image.digest}`;
}

/** A believable size for an image, the same for the same content. */
export function imageSizeBytes({ digest }: Image): number {
  return 30_000_000 + (Number.parseInt(digest.slice(-6), 16) % 60_000_000);
}
