import { EXTRACTOR_TYPES, MATCHER_TYPES, METHODS, SEVERITIES } from '../template.ts';
import type { Classification, ExtractorSpec, HttpSpec, MatcherSpec, TemplateInfo, TemplateSpec } from '../template.ts';
import { anything, boolean, decimal, dictionary, integer, list, struct, text, texts, word, type Decoder } from './decode.ts';

const lower = (value: string): string => value.trim().toLowerCase();
const strings = list(text, 'string');
const integers = list(integer, 'int');

const classification = struct<Classification>('model.Classification', {
  'cve-id': texts(lower),
  'cwe-id': texts(lower),
  'cvss-metrics': text,
  'cvss-score': decimal,
  'epss-score': decimal,
  'epss-percentile': decimal,
  cpe: text,
}) as Decoder<Classification>;

const info = struct<TemplateInfo>('model.Info', {
  name: text,
  author: texts(lower),
  tags: texts(lower),
  description: text,
  impact: text,
  reference: texts((value) => value),
  severity: word(SEVERITIES, lower, 'Invalid severity'),
  metadata: dictionary(anything, 'interface {}'),
  classification,
  remediation: text,
});

const matcher = struct<MatcherSpec>('matchers.Matcher', {
  type: word(MATCHER_TYPES, lower, 'Invalid matcher type'),
  condition: text,
  part: text,
  negative: boolean,
  name: text,
  status: integers,
  size: integers,
  words: strings,
  regex: strings,
  binary: strings,
  dsl: strings,
  xpath: strings,
  encoding: text,
  'case-insensitive': boolean,
  'match-all': boolean,
  internal: boolean,
});

const extractor = struct<ExtractorSpec>('extractors.Extractor', {
  name: text,
  type: word(EXTRACTOR_TYPES, lower, 'Invalid extractor type'),
  regex: strings,
  group: integer,
  kval: strings,
  json: strings,
  xpath: strings,
  attribute: text,
  dsl: strings,
  part: text,
  internal: boolean,
  'case-insensitive': boolean,
});

/** Keys of a request that the embedded nuclei does not act on; `refuse` looks at them. */
const UNMODELLED_REQUEST_KEYS = [
  'attack payloads race_count pipeline-concurrent-connections pipeline-requests-per-connection fuzzing analyzer signature',
  'skip-secret-file cookie-reuse read-all pipeline unsafe race req-condition iterate-all digest-username digest-password',
  'pre-condition pre-condition-operator global-matchers',
].flatMap((line) => line.split(' '));

const request = struct<HttpSpec>('http.Request', {
  matchers: list(matcher, '*matchers.Matcher'),
  extractors: list(extractor, '*extractors.Extractor'),
  'matchers-condition': text,
  path: strings,
  raw: strings,
  id: text,
  name: text,
  method: word(METHODS, (value) => value.trim().toUpperCase(), 'Invalid HTTP method verb'),
  body: text,
  headers: dictionary(text, 'string'),
  'max-redirects': integer,
  threads: integer,
  'max-size': integer,
  'disable-cookie': boolean,
  redirects: boolean,
  'host-redirects': boolean,
  'stop-at-first-match': boolean,
  'skip-variables-check': boolean,
  'disable-path-automerge': boolean,
  'self-contained': boolean,
  ...Object.fromEntries(UNMODELLED_REQUEST_KEYS.map((key) => [key, anything])),
});

/** Requests of other protocols. */
export const OTHER_PROTOCOLS = ['dns', 'file', 'network', 'tcp', 'headless', 'ssl', 'websocket', 'whois', 'code', 'javascript'] as const;

/** A template file with every key that nuclei v3.4.10 knows. */
export const templateShape = struct<TemplateSpec>('templates.Alias', {
  id: text,
  info,
  http: list(request, '*http.Request'),
  requests: list(request, '*http.Request'),
  variables: dictionary(anything, 'interface {}'),
  constants: dictionary(anything, 'interface {}'),
  'self-contained': boolean,
  'stop-at-first-match': boolean,
  flow: text,
  workflows: list(anything, '*workflows.WorkflowTemplate'),
  signature: text,
  ...Object.fromEntries(OTHER_PROTOCOLS.map((key) => [key, anything])),
});
