import { readFile } from 'node:fs/promises';
import { isMap, isScalar, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml';
import { ScenarioError, type FileProblem } from '../errors.ts';

/** A YAML file with its documents and where everything in them stands. */
export interface YamlFile {
  /** As it is shown to people: relative to the course. */
  path: string;
  documents: Document.Parsed[];
  lines: LineCounter;
}

/** Reads a YAML file; rejects with a ScenarioError that lists every syntax error with its place. */
export async function readYamlFile(absolutePath: string, shownPath: string): Promise<YamlFile> {
  const text = await readFile(absolutePath, 'utf8').catch((error: unknown) => {
    throw new ScenarioError(`cannot read ${shownPath}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  return parseYamlFile(text, shownPath);
}

/** The same for text that is already there. */
export function parseYamlFile(text: string, path: string): YamlFile {
  const lines = new LineCounter();
  const documents = [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })] as Document.Parsed[];
  const problems = documents.flatMap((document) =>
    document.errors.map((error): FileProblem => ({ file: path, ...place(lines, error.pos[0]), message: error.message })),
  );
  if (problems.length > 0) throw new ScenarioError(`${path} is not valid YAML`, { problems });
  return { path, documents: documents.filter((document) => document.contents !== null), lines };
}

/** Where a JSON pointer leads in a document: the key if there is one, else the nearest part above that exists. */
export function locate(file: YamlFile, document: Document.Parsed, pointer: string): Pick<FileProblem, 'line' | 'column'> {
  let node: unknown = document.contents;
  let offset = (document.contents as Node | null)?.range?.[0] ?? 0;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
    const next: unknown = pair ? pair.value : isMap(node) ? undefined : itemAt(node, key);
    const anchor = (pair?.key ?? next) as Node | undefined;
    if (anchor?.range) offset = anchor.range[0];
    if (next === undefined || next === null) break;
    node = next;
  }
  return place(file.lines, offset);
}

function itemAt(node: unknown, key: string): unknown {
  const items = (node as { items?: unknown[] } | null)?.items;
  return Array.isArray(items) ? items[Number(key)] : undefined;
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
