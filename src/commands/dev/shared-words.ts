/** So many words in a row are no accident. */
const RUN_LENGTH = 8;

/**
 * The first eight words in a row that two texts share, whatever stands between them; undefined when there are none. Words that whoever
 * reads has before their eyes already do not count.
 */
export function firstSharedRun(text: string, other: string, known = ''): string | undefined {
  const shared = new Set(runsOf(other));
  for (const run of runsOf(known)) shared.delete(run);
  return runsOf(text).find((run) => shared.has(run));
}

function runsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(RUN_LENGTH - 1).map((_, index) => words.slice(index, index + RUN_LENGTH).join(' '));
}
