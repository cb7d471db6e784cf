import type { KubeObject } from '../../kube/types/meta.ts';
import { badRequest } from './api-error.ts';
import { groupResource, type ResourceDefinition } from './resource.ts';

export type ObjectPredicate = (object: KubeObject) => boolean;

interface FieldTerm {
  path: string;
  isEqual: boolean;
  value: string;
}

const METADATA = ['metadata.name', 'metadata.namespace'];

/** Fields of built-in kinds that `fieldSelector` may name; cluster-wide kinds in this table have no metadata.namespace. */
const SELECTABLE_FIELDS: Record<string, readonly string[]> = {
  pods: [
    ...METADATA,
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  nodes: ['metadata.name', 'spec.unschedulable'],
  events: [
    ...METADATA,
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  secrets: [...METADATA, 'type'],
  namespaces: ['metadata.name', 'status.phase'],
  'jobs.batch': [...METADATA, 'status.successful'],
  services: [...METADATA, 'spec.clusterIP', 'spec.type'],
};

/** Fields whose name in a selector is not their path. */
const PATHS: Record<string, string> = {
  source: 'source.component',
  'status.successful': 'status.succeeded',
  'status.podIPs': 'status.podIP',
};

/** What an absent field counts as; the empty string unless said here. */
const ABSENT: Record<string, string> = {
  'status.successful': '0',
  'spec.hostNetwork': 'false',
  'spec.unschedulable': 'false',
};

/**
 * Reads a `fieldSelector` query for a resource; throws 400, in the server's words, for a term that cannot be read or a field that the
 * kind cannot be selected by. `nameOf` translates the names that another version of the resource uses.
 * Models apimachinery fields/selector.go and the field label conversions of the kinds.
 */
export function parseFieldSelector(
  text: string,
  definition: ResourceDefinition,
  nameOf: (label: string) => string | undefined = (label) => label,
): ObjectPredicate {
  const terms = splitTerms(text).map((term) => readTerm(term, text));
  for (const term of terms) {
    const name = nameOf(term.path);
    requireSelectable(definition, name === undefined ? undefined : name, term.path);
    term.path = name!;
  }
  return (object) => terms.every(({ path, value, isEqual }) => (fieldText(object, path) === value) === isEqual);
}

/** The name that a selector pins down with `metadata.name=x`, if it does. */
export function exactNameOf(text: string): string | undefined {
  const term = splitTerms(text).find((candidate) => /^metadata\.name==?[^=]/.test(candidate));
  return term?.replace(/^metadata\.name==?/, '');
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let term = '';
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') {
      term += text.slice(index, index + 2);
      index += 1;
    } else if (text[index] === ',') {
      terms.push(term);
      term = '';
    } else term += text[index]!;
  }
  return [...terms, term].filter((candidate) => candidate !== '');
}

function readTerm(term: string, selector: string): FieldTerm {
  const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
  if (!match) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  return { path: match[1]!, isEqual: match[2] !== '!=', value: unescape(match[3]!) };
}

function unescape(value: string): string {
  let plain = '';
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index]!;
    if (character === ',' || character === '=')
      throw badRequest(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`);
    if (character !== '\\') {
      plain += character;
      continue;
    }
    index += 1;
    const escaped = value[index] ?? '';
    if (!['\\', ',', '='].includes(escaped)) throw badRequest(`invalid field selector: invalid escape sequence: \\${escaped}`);
    plain += escaped;
  }
  return plain;
}

function requireSelectable(definition: ResourceDefinition, name: string | undefined, label: string): void {
  const fields = definition.isBuiltIn
    ? SELECTABLE_FIELDS[groupResource(definition)]
    : [...METADATA, ...(definition.selectableFields ?? [])];
  if (name !== undefined && (fields ?? METADATA).includes(name)) return;
  if (!fields) throw badRequest(`"${label}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
  throw badRequest(definition.kind === 'Job' ? `field label "${label}" not supported for Job` : `field label not supported: ${label}`);
}

function fieldText(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const key of (Object.hasOwn(PATHS, path) ? PATHS[path]! : path).split('.')) {
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined || value === null) return Object.hasOwn(ABSENT, path) ? ABSENT[path]! : '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
