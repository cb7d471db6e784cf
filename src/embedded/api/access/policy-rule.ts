import { isPathAccess, qualifiedResource, type AccessAttributes } from './access-attributes.ts';

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

/** Whether a rule allows an access. Models plugin/pkg/auth/authorizer/rbac RuleAllows. */
export function ruleAllows(rule: PolicyRule, attributes: AccessAttributes): boolean {
  const { verb } = attributes;
  if (!rule.verbs.includes('*') && !rule.verbs.includes(verb)) return false;
  if (isPathAccess(attributes)) return (rule.nonResourceURLs ?? []).some((url) => urlCovers(url, attributes.path));
  return (
    namesOneOf(rule.apiGroups, attributes.group) &&
    resourceMatches(rule.resources ?? [], qualifiedResource(attributes)) &&
    nameMatches(rule.resourceNames, attributes.name)
  );
}

function namesOneOf(names: readonly string[] = [], wanted: string): boolean {
  return names.includes('*') || names.includes(wanted);
}

/** A resource of a rule is a plural, `plural/subresource`, or `*` followed by a subresource or standing for everything. */
function resourceMatches(resources: readonly string[], wanted: string): boolean {
  if (namesOneOf(resources, wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && resources.includes(`*${wanted.slice(slash)}`);
}

function nameMatches(names: readonly string[] | undefined, wanted: string | undefined): boolean {
  return !names?.length || (wanted !== undefined && names.includes(wanted));
}

function urlCovers(url: string, path: string): boolean {
  return url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));
}

/** The parts of the wanted rules that no held rule covers, one verb on one resource each. Models component-helpers rbac/validation Covers. */
export function uncoveredRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(splitRule).filter((part) => !held.some((rule) => ruleCovers(rule, part)));
}

function splitRule({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  const names = resourceNames.length > 0 ? resourceNames.map((name) => [name]) : [undefined];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        for (const name of names)
          parts.push({ apiGroups: [group], resources: [resource], ...(name && { resourceNames: name }), verbs: [verb] });
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  return parts;
}

function ruleCovers(rule: PolicyRule, part: PolicyRule): boolean {
  if (!namesOneOf(rule.verbs, part.verbs[0]!)) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) {
    return (rule.nonResourceURLs ?? []).some((held) => held === url || (held.endsWith('*') && url.startsWith(held.replace(/\*+$/, ''))));
  }
  if (!namesOneOf(rule.apiGroups, part.apiGroups![0]!) || !resourceMatches(rule.resources ?? [], part.resources![0]!)) return false;
  const name = part.resourceNames?.[0];
  return name === undefined ? !rule.resourceNames?.length : nameMatches(rule.resourceNames, name);
}

/** Rules as the server lists them in a refusal: verbs on the same resource together, sorted. Models rbac/validation CompactRules. */
export function describeRules(rules: readonly PolicyRule[]): string[] {
  const merged = new Map<string, PolicyRule>();
  const described = new Set<string>();
  for (const rule of rules) {
    if (rule.nonResourceURLs) {
      described.add(describeRule(rule));
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = merged.get(key);
    if (known) known.verbs.push(...rule.verbs);
    else merged.set(key, { ...rule, verbs: [...rule.verbs] });
  }
  for (const rule of merged.values()) described.add(describeRule(rule));
  return [...described].sort();
}

function describeRule({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ] as const;
  return `{${parts.flatMap(([label, values]) => (values?.length ? [`${label}:${quoteAll(values)}`] : [])).join(', ')}}`;
}

/** A list of strings as Go prints it with %q. */
export function quoteAll(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}
