import type { KubeObject, LabelSelector, LabelSelectorRequirement } from '../../kube/types/meta.ts';
import { badRequest } from './api-error.ts';

export type Labels = Readonly<Record<string, string>>;
export type LabelPredicate = (labels: Labels) => boolean;

/** Whether labels satisfy a selector of an object's spec; an absent or empty selector matches everything. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return true;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return matchesLabels(matchLabels, labels) && matchExpressions.every((requirement) => meets(requirement, labels));
}

/** Whether every wanted label is there with the wanted value. */
export function matchesLabels(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** A selector in its string form, as status.selector and `/scale` carry it: sorted keys, `a=b,c in (d,e),!f`. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const equalities = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => [key, `${key}=${value}`] as const);
  const others = (selector?.matchExpressions ?? []).map((requirement) => [requirement.key, formatRequirement(requirement)] as const);
  return [...equalities, ...others]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',');
}

function formatRequirement({ key, operator, values = [] }: LabelSelectorRequirement): string {
  switch (operator) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'In':
      return `${key} in (${[...values].sort().join(',')})`;
    case 'NotIn':
      return `${key} notin (${[...values].sort().join(',')})`;
  }
}

function meets({ key, operator, values = [] }: LabelSelectorRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
}

/** Reads a `labelSelector` query such as `a=b,c!=d,e in (f,g),h,!i`; throws 400 for what cannot be read. */
export function parseLabelSelector(text: string): LabelPredicate {
  const requirements = splitTopLevel(text).map((part) => parseRequirement(part, text));
  return (labels) => requirements.every((requirement) => meets(requirement, labels));
}

function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  if (part.trim() || parts.length) parts.push(part);
  return parts.map((item) => item.trim());
}

const KEY = String.raw`([A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)`;
const VALUE = String.raw`([A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?|)`;
const SET = new RegExp(String.raw`^${KEY}\s+(in|notin)\s*\(([^()]*)\)$`);
const EQUALITY = new RegExp(String.raw`^${KEY}\s*(==|=|!=)\s*${VALUE}$`);
const EXISTENCE = new RegExp(String.raw`^(!?)\s*${KEY}$`);
const ONE_VALUE = new RegExp(`^${VALUE}$`);

function parseRequirement(part: string, whole: string): LabelSelectorRequirement {
  const set = SET.exec(part);
  if (set) {
    const values = set[3]!.split(',').map((value) => value.trim());
    if (values.every((value) => ONE_VALUE.test(value))) return { key: set[1]!, operator: set[2] === 'in' ? 'In' : 'NotIn', values };
  }
  const equality = EQUALITY.exec(part);
  if (equality) return { key: equality[1]!, operator: equality[2] === '!=' ? 'NotIn' : 'In', values: [equality[3]!] };
  const existence = EXISTENCE.exec(part);
  if (existence) return { key: existence[2]!, operator: existence[1] ? 'DoesNotExist' : 'Exists' };
  throw badRequest(`unable to parse requirement: found '${part}' in label selector "${whole}"`);
}

/** The fields that `fieldSelector` may name beside metadata.name and metadata.namespace, by GroupResource. */
const SELECTABLE_FIELDS: Record<string, readonly string[]> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
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
  secrets: ['type'],
  namespaces: ['status.phase'],
  'jobs.batch': ['status.successful'],
  services: ['spec.clusterIP', 'spec.type'],
  'replicasets.apps': ['status.replicas'],
};

/** Reads a `fieldSelector` query for a resource; throws 400 for a field that the kind cannot be selected by. */
export function parseFieldSelector(text: string, resource: string): (object: KubeObject) => boolean {
  const terms = text
    .split(',')
    .filter((term) => term.trim())
    .map((term) => parseFieldTerm(term.trim(), resource));
  return (object) => terms.every(({ path, value, isEqual }) => (fieldText(object, path) === value) === isEqual);
}

function parseFieldTerm(term: string, resource: string): { path: string; value: string; isEqual: boolean } {
  const match = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(term);
  if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  const path = match[1]!;
  const selectable = SELECTABLE_FIELDS[resource] ?? [];
  if (path !== 'metadata.name' && path !== 'metadata.namespace' && !selectable.includes(path)) {
    throw badRequest(
      resource in SELECTABLE_FIELDS || !resource.includes('.')
        ? `field label not supported: ${path}`
        : `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  return { path, value: match[3]!, isEqual: match[2] !== '!=' };
}

/** Fields whose selector name is not their path. */
const FIELD_ALIASES: Record<string, string> = { source: 'source.component', 'status.successful': 'status.succeeded' };

function fieldText(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const key of (FIELD_ALIASES[path] ?? path).split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined || value === null) return path === 'status.successful' || path === 'status.replicas' ? '0' : '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
