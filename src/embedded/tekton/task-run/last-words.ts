/** One of the facts that the entrypoint leaves in a container's termination message. Models pkg/result. */
export interface LastWord {
  key: string;
  value: string;
  type?: number;
}

export const WordType = { taskResult: 1, internal: 3, stepResult: 4 } as const;

/** The facts in a termination message; none in one that is something else. */
export function parseLastWords(message: string | undefined): LastWord[] {
  if (!message?.startsWith('[')) return [];
  try {
    const words = JSON.parse(message) as unknown;
    return Array.isArray(words) ? sortedByKey(words as LastWord[]) : [];
  } catch {
    return [];
  }
}

/** Models termination.ParseMessage, which sorts. */
function sortedByKey(words: LastWord[]): LastWord[] {
  return words.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** The value of a fact that the entrypoint adds itself, such as `ExitCode`. */
export function internalWord(words: readonly LastWord[], key: string): string | undefined {
  return words.find((word) => word.type === WordType.internal && word.key === key)?.value;
}

export function isTimeout(words: readonly LastWord[]): boolean {
  return internalWord(words, 'Reason') === 'TimeoutExceeded';
}
