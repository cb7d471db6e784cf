import type { Outcome } from './both-nucleis.ts';

/** An outcome without what may differ: times, the browser that was picked, the order of what ran side by side. */
export interface Comparable {
  exitCode: number;
  findings: unknown[];
  stderr: string[];
  files: Record<string, unknown[] | undefined>;
  requests: string[];
}

export function comparable({ exitCode, stdout, stderr, files, requests }: Outcome): Comparable {
  return {
    exitCode,
    findings: readLines(stdout),
    stderr: stderr.split('\n').filter(isSaid).map(withoutTimes).sort(),
    files: Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, content === undefined ? undefined : readLines(content)]),
    ),
    requests: [...requests].sort(),
  };
}

function readLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(readLine)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** JSON becomes an object, whose keys are compared in their order too; several findings of an export become a sorted list. */
function readLine(line: string): unknown {
  if (line.startsWith('[{'))
    return (JSON.parse(line) as object[]).map(normalise).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (!line.startsWith('{')) return sortExtracts(line);
  return normalise(JSON.parse(line) as object);
}

function normalise(event: Record<string, unknown> | object): object {
  const text = JSON.stringify(event)
    .replace(/"timestamp":"[^"]*"/, '"timestamp":"T"')
    .replace(/Date: [^\\"]* GMT/g, 'Date: D')
    .replace(/User-Agent: (?:(?!\\r\\n|')[^"\\]|\\")*/g, 'User-Agent: UA');
  const value = JSON.parse(text) as Record<string, unknown>;
  if (typeof value['request'] === 'string') value['request'] = withoutBody(value['request']);
  const extracted = value['extracted-results'];
  return {
    ...value,
    ...(Array.isArray(extracted) && { 'extracted-results': [...(extracted as string[])].sort() }),
    keys: Object.keys(value),
  };
}

/** What real nuclei prints of a request's body is there in some runs and missing in others; the body that it sends is compared through the server. */
function withoutBody(request: string): string {
  return request.replace(/\r\nContent-Length: \d+/, '\r\nContent-Length: N').replace(/\r\n\r\n[^]*$/, '\r\n\r\n');
}

/** Real nuclei shows extracted values in the order of a Go map. */
function sortExtracts(line: string): string {
  return line.replace(/ \[("[^\]]*")\]$/, (_, list: string) => ` [${list.split(',').sort().join(',')}]`);
}

function isSaid(line: string): boolean {
  return line.startsWith('[') || line.startsWith('cannot simulate');
}

function withoutTimes(line: string): string {
  return line.replace(/completed in \S+\./, 'completed in T.');
}
