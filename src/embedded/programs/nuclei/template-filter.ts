import type { TemplateFilterOptions } from './cli/options.ts';
import { otherProtocols } from './read-template.ts';
import type { Template } from './template.ts';

/** Whether a template is among those that were asked for. Models templates.TagFilter.Match. */
export function isWanted(template: Template, filter: TemplateFilterOptions): boolean {
  const tags = template.info.tags ?? [];
  const included = new Set(filter.includedTags);
  if (tags.some((tag) => filter.excludedTags.includes(tag) && !included.has(tag))) return false;
  return (
    sharesOne(filter.tags, tags) &&
    sharesOne(filter.authors, template.info.author) &&
    isSeverityWanted(template, filter) &&
    isProtocolWanted(template, filter) &&
    isIdWanted(template.id.toLowerCase(), filter)
  );
}

function sharesOne(wanted: readonly string[], found: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((value) => found.includes(value));
}

/** A template without a severity passes every filter. */
function isSeverityWanted({ severity }: Template, { severities, excludedSeverities }: TemplateFilterOptions): boolean {
  if (severity === '') return true;
  return (severities.length === 0 || severities.includes(severity)) && !excludedSeverities.includes(severity);
}

function isProtocolWanted(template: Template, { protocols, excludedProtocols }: TemplateFilterOptions): boolean {
  const protocol = protocolOf(template);
  if (protocol === undefined) return true;
  return (protocols.length === 0 || protocols.includes(protocol)) && !excludedProtocols.includes(protocol);
}

/** The protocol that a template counts as when it has several. Models templates.Template.Type. */
export function protocolOf(template: Template): string | undefined {
  const others = otherProtocols(template);
  const names = [...others, ...(template.requests.length > 0 ? ['http'] : []), ...(template.spec.workflows ? ['workflow'] : [])];
  const ORDER = ['dns', 'file', 'http', 'headless', 'network', 'tcp', 'ssl', 'websocket', 'whois', 'code', 'javascript', 'workflow'];
  const first = ORDER.find((name) => names.includes(name));
  return first === 'network' ? 'tcp' : first;
}

function isIdWanted(id: string, { ids, excludedIds }: TemplateFilterOptions): boolean {
  const isIncluded = ids.length === 0 || ids.some((pattern) => globMatches(pattern, id));
  return isIncluded && !(excludedIds.includes(id) && !ids.includes(id));
}

/** Whether a name fits a pattern with `*`, `?` and `[…]`, none of which takes a slash. */
export function globMatches(pattern: string, name: string): boolean {
  const source = pattern.replace(/\\?[^]/g, (token) => {
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === '[' || token === ']') return token;
    const character = token.at(-1)!;
    return /[\w-]/.test(character) ? character : `\\${character}`;
  });
  try {
    return new RegExp(`^${source}$`).test(name);
  } catch {
    return false;
  }
}
