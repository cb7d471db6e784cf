import { formatHistory, parseHistory, type GitHistory } from './git-history.ts';

/** The key of the ConfigMap that holds the history. */
const HISTORY_KEY = 'history.json';

/** The name of the ConfigMap in which the agent keeps what it fetched last for an Application. */
export function sourceName(application: string): string {
  return `${application}-source`;
}

/** What such a ConfigMap holds. */
export function sourceData(history: GitHistory): Record<string, string> {
  return { [HISTORY_KEY]: formatHistory(history) };
}

/** The history that such a ConfigMap holds; undefined when it is none. */
export function sourceHistory(data: Readonly<Record<string, string>> | undefined): GitHistory | undefined {
  return parseHistory(data?.[HISTORY_KEY]);
}
