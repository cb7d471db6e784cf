import { Buffer } from 'node:buffer';
import type { Operators } from './compile-operators.ts';
import type { OperatorResult } from './evaluate-operators.ts';
import type { Exchange } from './http/response-data.ts';
import { TargetUrl } from './http/target-url.ts';
import type { Template } from './template.ts';

/** Something that a template found. */
export interface Finding {
  template: Template;
  /** The template whose text is printed along; of templates that shared a request, the first. */
  encodedTemplate: Template;
  matcherName?: string;
  extractorName?: string;
  extractedResults: readonly string[];
  exchange: Exchange;
}

/** The findings that follow from what the operators made of an answer. Models protocols.MakeDefaultResultEvent. */
export function findingsFrom(
  operators: Operators,
  result: OperatorResult,
  common: Pick<Finding, 'template' | 'encodedTemplate' | 'exchange'>,
): Finding[] {
  if (result.dynamicValues.size > 0 && !result.isMatched) return [];
  const hasExtracted = result.extracts.size > 0 || result.outputExtracts.length > 0;
  if (hasExtracted && operators.matchers.length > 0 && !result.isMatched) return [];
  const finding = { ...common, extractedResults: result.outputExtracts };
  if (result.matchedNames.length > 0) return [...new Set(result.matchedNames)].map((matcherName) => ({ ...finding, matcherName }));
  if (result.extracts.size > 0) {
    return [...result.extracts].map(([extractorName, extractedResults]) => ({ ...finding, extractorName, extractedResults }));
  }
  return [finding];
}

/** What is left out of a finding's JSON. */
export interface JsonOmissions {
  raw: boolean;
  template: boolean;
}

/** A finding as an object with the keys of nuclei's JSON lines in their order; what is empty is left out. Models output.ResultEvent. */
export function toResultEvent(
  finding: Finding,
  omit: JsonOmissions,
  timestamp: string,
  templatesDirectory: string,
): Record<string, unknown> {
  const { template, exchange } = finding;
  const isInstalled = template.path.startsWith(templatesDirectory);
  return withoutEmpty({
    template: isInstalled ? template.path.slice(templatesDirectory.length).replace(/^\//, '') : '',
    'template-id': template.id,
    'template-path': template.path,
    'template-encoded': omit.template ? '' : Buffer.from(finding.encodedTemplate.source, 'latin1').toString('base64'),
    info: infoOf(template),
    'matcher-name': finding.matcherName,
    'extractor-name': finding.extractorName,
    type: 'http',
    ...fieldsOf(exchange.input),
    'matched-at': exchange.matchedAt,
    'extracted-results': finding.extractedResults,
    request: omit.raw ? '' : exchange.request,
    response: omit.raw ? '' : exchange.response,
    ip: exchange.ip,
    timestamp,
    'curl-command': exchange.curlCommand,
    'matcher-status': true,
  });
}

function infoOf({ info, severity }: Template): Record<string, unknown> {
  return {
    ...withoutEmpty({ name: info.name }),
    author: info.author,
    tags: info.tags ?? null,
    ...withoutEmpty({ description: info.description, impact: info.impact }),
    ...(info.reference && { reference: info.reference }),
    severity: severity || 'unknown',
    ...withoutEmpty({ metadata: info.metadata }),
    ...(info.classification && { classification: classificationOf(info.classification) }),
    ...withoutEmpty({ remediation: info.remediation }),
  };
}

function classificationOf(classification: NonNullable<Template['info']['classification']>): Record<string, unknown> {
  const { 'cve-id': cve, 'cwe-id': cwe, ...rest } = classification;
  const ORDER = ['cvss-metrics', 'cvss-score', 'epss-score', 'epss-percentile', 'cpe'] as const;
  const plain = Object.fromEntries(ORDER.map((key) => [key, rest[key] || undefined]));
  return { 'cve-id': cve ?? null, 'cwe-id': cwe ?? null, ...withoutEmpty(plain) };
}

/** Models protocols/utils GetJsonFieldsFromURL: a host without dot or port is taken for a path. */
function fieldsOf(input: string): Record<string, string> {
  const url = TargetUrl.parse(input);
  if (!url) return { path: input };
  if (!/[.:]/.test(url.host) && url.host !== 'localhost') return { port: '80', scheme: url.scheme, url: input, path: input };
  const port = url.port || (url.scheme === 'https' ? '443' : '80');
  return { host: url.host, port, scheme: url.scheme, url: url.toPlainString(), path: url.path };
}

function withoutEmpty(values: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isRecord(value) && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
