import { BUILT_IN_IMAGES } from './built-in-images.ts';
import type { Image, ImageCatalog } from './image.ts';
import { formatImageReference, parseImageReference, type ImageReference } from './image-reference.ts';

/** The images of the kit: by tag, or by digest, which then decides. */
export class BuiltInCatalog implements ImageCatalog {
  readonly #byName: ReadonlyMap<string, Image>;
  readonly #byDigest: ReadonlyMap<string, Image>;

  constructor(images: readonly Image[] = BUILT_IN_IMAGES) {
    this.#byName = new Map(images.map((image) => [image.reference, image]));
    this.#byDigest = new Map(images.map((image) => [`${repositoryOf(image)}@${image.digest}`, image]));
  }

  resolve(reference: string): Image | undefined {
    let parsed: ImageReference;
    try {
      parsed = parseImageReference(reference);
    } catch {
      return undefined;
    }
    if (parsed.digest === undefined) return this.#byName.get(formatImageReference(parsed));
    return this.#byDigest.get(`${parsed.registry}/${parsed.repository}@${parsed.digest}`);
  }
}

/** The name of an image without its tag, such as `docker.io/library/debian`. */
export function repositoryOf({ reference }: Pick<Image, 'reference'>): string {
  return reference.slice(0, reference.lastIndexOf(':'));
}
