import { BuiltInCatalog } from '../../programs/built-in-catalog.ts';
import { BUILT_IN_IMAGES } from '../../programs/built-in-images.ts';
import type { ImageCatalog } from '../../programs/image.ts';
import { SCRIPTED_COMMANDS } from './scripted-sandboxes.ts';

/** The kit's images, with the commands that tests of the kubelet use. */
export const SCRIPTED_IMAGES: ImageCatalog = new BuiltInCatalog(
  BUILT_IN_IMAGES.map((image) => ({ ...image, commands: [...image.commands, ...SCRIPTED_COMMANDS] })),
);
