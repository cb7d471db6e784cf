import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node, type Tags } from 'yaml';
import { ScenarioError, type FileProblem } from '../errors.ts';
import type { KubeObject } from './types/meta.ts';

/** A place in a file, both 1-based. */
export interface Place {
  line: number;
  column: number;
}

/** One object of a manifest file, and where things in it stand. */
export interface Manifest {
  /** As it is shown to people. */
  file: string;
  object: KubeObject;
  /** Where a field such as `spec.ports[0].name` stands, or the nearest part above it that is there. */
  placeOf: (fieldPath: string) => Place;
}

/**
 * The objects in a manifest, read as kubectl reads them: YAML 1.1, so `on` and `yes` are booleans; the items of a List one by one.
 * Throws a ScenarioError with every syntax error and every document that is no object.
 */
export function parseManifests(text: string, file: string): Manifest[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    customTags: asGoReadsThem,
    lineCounter: lines,
    prettyErrors: false,
  }) as Document.Parsed[];
  const problems: FileProblem[] = [];
  const manifests: Manifest[] = [];
  for (const document of documents) {
    if (document.errors.length > 0) {
      problems.push(...document.errors.map(({ pos, message }) => ({ file, ...placeAt(lines, pos[0]), message })));
      continue;
    }
    for (const { value, node } of objectsIn(document)) {
      const placeOf = (path: string): Place => placeAt(lines, offsetOf(node, document, path));
      const missing = missingPart(value);
      if (missing === undefined) manifests.push({ file, object: value as KubeObject, placeOf });
      else problems.push({ file, ...placeOf(''), message: missing });
    }
  }
  if (problems.length > 0) throw new ScenarioError(`${file} cannot be read`, { problems });
  return manifests;
}

/** The text of a manifest's documents; comments and order stay. */
export function textOfDocuments(documents: readonly Pick<Document, 'toString'>[]): string {
  return documents.map((document) => document.toString({ lineWidth: 0 }).replace(/^---\n/, '')).join('---\n');
}

/** What kubectl's reader makes of scalars: dates and `1:20` stay text, `0o17` is a number, and binary data is text. */
function asGoReadsThem(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) => typeof tag === 'string' || !(tag.format === 'TIME' || /:(timestamp|omap|pairs|set|binary)$/.test(tag.tag)),
  );
  return [
    { tag: 'tag:yaml.org,2002:int', default: true, test: /^[-+]?0o[0-7]+$/, resolve: (text: string) => Number(text) },
    { tag: 'tag:yaml.org,2002:binary', resolve: (text: string) => Buffer.from(text, 'base64').toString('utf8') },
    ...kept,
  ];
}

function objectsIn(document: Document.Parsed): { value: unknown; node: Node }[] {
  const node = document.contents as Node | null;
  if (node === null || (isScalar(node) && node.value === null)) return [];
  const value = finiteValue(document);
  const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
  if (kind !== 'List' || !Array.isArray(items)) return [{ value, node }];
  const itemNodes = isMap(node) ? node.get('items', true) : undefined;
  return items.map((item: unknown, index) => ({ value: item, node: isSeq(itemNodes) ? (itemNodes.items[index] as Node) : node }));
}

/** The document as JSON; undefined when its aliases multiply or lead back to themselves. */
function finiteValue(document: Document.Parsed): unknown {
  try {
    const value: unknown = document.toJS();
    JSON.stringify(value);
    return value;
  } catch {
    return undefined;
  }
}

function missingPart(value: unknown): string | undefined {
  if (value === undefined) return 'the aliases in this document never come to an end';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'this is not a Kubernetes object';
  const { apiVersion, kind, metadata } = value as Partial<KubeObject>;
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'apiVersion is missing';
  if (typeof kind !== 'string' || kind === '') return 'kind is missing';
  const name: unknown = metadata?.name;
  if (typeof name === 'string' && name !== '') return undefined;
  if (name !== undefined && name !== null && name !== '')
    return `metadata.name is read as ${JSON.stringify(name)}, not as text: put it in quotes`;
  return metadata?.generateName
    ? `generateName "${metadata.generateName}" cannot be applied: give the object a name`
    : 'metadata.name is missing';
}

/** The offset of the key, or list item, that a field path leads to. */
function offsetOf(root: Node, document: Document.Parsed, fieldPath: string): number {
  let node: unknown = root;
  let offset = root.range?.[0] ?? 0;
  for (const [, key, bracketed] of fieldPath.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (isAlias(node)) node = node.resolve(document);
    const name = key ?? bracketed!;
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === name) : undefined;
    const next: unknown = pair ? pair.value : isSeq(node) ? node.items[Number(name)] : undefined;
    const anchor = (pair?.key ?? next) as Node | null | undefined;
    if (!anchor) break;
    offset = anchor.range?.[0] ?? offset;
    node = next;
  }
  return offset;
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
