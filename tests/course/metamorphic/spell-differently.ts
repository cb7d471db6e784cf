import { addNotes, addUnused, nameImagesInFull, namePorts, remark, spellDefaultsOut } from './embellish.ts';
import type { Draft, Surroundings } from './draft.ts';
import { takeOtherTools } from './other-tools.ts';
import { renameObjects, renameParts } from './rename.ts';
import { shuffleDocuments, shuffleFiles, shuffleKeys, shuffleLists } from './reorder.ts';
import { addBystander, applyTwice } from './take-time.ts';

/** Writes a repair down differently, in the draft, and answers what is different, in words. What it does on a cluster stays the same. */
type Transformation = (draft: Draft, surroundings: Surroundings) => string[];

/** In the order in which they can be done one after the other. */
export const TRANSFORMATIONS: Readonly<Record<string, Transformation>> = {
  renameObjects,
  renameParts,
  nameImagesInFull,
  namePorts,
  addNotes,
  addUnused,
  spellDefaultsOut,
  remark,
  shuffleLists,
  shuffleDocuments,
  shuffleKeys,
  shuffleFiles,
  addBystander,
  applyTwice,
  takeOtherTools,
};

/** Does the transformations that are named, and answers what came of each. */
export function spellDifferently(draft: Draft, surroundings: Surroundings, names: readonly string[]): string[] {
  return Object.entries(TRANSFORMATIONS)
    .filter(([name]) => names.includes(name))
    .flatMap(([name, transform]) => transform(draft, surroundings).map((said) => `${name}: ${said}`));
}
