/** The annotation and label by which a pod of an Indexed Job carries its index. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** Reads a list of indexes such as `0-2,5`, leaving out those from `limit` on. */
export function parseIndexes(text: string, limit: number): Set<number> {
  const indexes = new Set<number>();
  for (const part of text.split(',').filter(Boolean)) {
    const [first = NaN, last = first] = part.split('-').map(Number);
    for (let index = first; index <= Math.min(last, limit - 1); index += 1) indexes.add(index);
  }
  return indexes;
}

/** Writes indexes as the API does: runs of three and more as `first-last`. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const index of sorted) {
    const run = runs.at(-1);
    if (run?.[1] === index - 1) run[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`)).join(',');
}
