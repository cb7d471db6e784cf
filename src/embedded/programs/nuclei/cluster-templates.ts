import { createHash } from 'node:crypto';
import type { LoadedRequest, LoadedTemplate } from './load-templates.ts';

/** Templates that one execution serves: several when they make exactly the same request, which is then sent only once. */
export interface TemplateGroup {
  /** Of the template, or made from those of all of them. */
  id: string;
  members: readonly LoadedTemplate[];
}

/**
 * Puts templates together that make the same single request, without body, raw request or parts of numbered requests. Those that stay
 * alone come first, groups after them. Models templates.ClusterTemplates; where Go goes through a map at random, here it is the order in
 * which requests first appear.
 */
export function clusterTemplates(templates: readonly LoadedTemplate[]): TemplateGroup[] {
  const alone: TemplateGroup[] = [];
  const groups = new Map<string, LoadedTemplate[]>();
  for (const loaded of templates) {
    const [request, ...others] = loaded.requests;
    if (!request || others.length > 0 || !mayShare(request)) alone.push(groupOf([loaded]));
    else groups.set(keyOf(request), [...(groups.get(keyOf(request)) ?? []), loaded]);
  }
  return [...alone, ...[...groups.values()].map(groupOf)];
}

/** Every template by itself. */
export function separateTemplates(templates: readonly LoadedTemplate[]): TemplateGroup[] {
  return templates.map((loaded) => groupOf([loaded]));
}

/** How many requests a template makes. */
export function requestCount({ requests }: LoadedTemplate): number {
  return requests.reduce((count, { spec }) => count + ((spec.path?.length ?? 0) || (spec.raw?.length ?? 0)), 0);
}

function mayShare({ spec, operators }: LoadedRequest): boolean {
  const parts = [...(operators?.matchers ?? []), ...(operators?.extractors ?? [])].map(({ part }) => part);
  return !spec.raw?.length && !spec.body && !spec.name && !parts.some((part) => /_\d+/.test(part));
}

function keyOf({ spec }: LoadedRequest): string {
  const headers = Object.entries(spec.headers ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    spec.method ?? '',
    spec['max-redirects'] ?? 0,
    spec['disable-cookie'] === true,
    spec.redirects === true,
    spec.path,
    headers,
  ]);
}

function groupOf(members: readonly LoadedTemplate[]): TemplateGroup {
  const ids = members.map(({ template }) => template.id);
  if (members.length === 1) return { id: ids[0]!, members };
  return { id: `cluster-${createHash('sha256').update(ids.sort().join(',')).digest('hex')}`, members };
}
