/** So many words in a row are no accident. */
const RUN_LENGTH = 8;

/** The first eight words in a row that two texts share, whatever stands between them; undefined when there are none. */
export function firstSharedRun(text: string, other: string): string | undefined {
  const known = new Set(runsOf(wordsOf(other)));
  return runsOf(wordsOf(text)).find((run) => known.has(run));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function runsOf(words: readonly string[]): string[] {
  return words.slice(RUN_LENGTH - 1).map((_, index) => words.slice(index, index + RUN_LENGTH).join(' '));
}
