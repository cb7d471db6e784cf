/** A template's `info` as it is printed with findings. */
export interface TemplateInfo {
  name: string;
  author: string[];
  tags?: string[];
  description?: string;
  impact?: string;
  reference?: string[];
  severity?: Severity;
  metadata?: Record<string, unknown>;
  classification?: Classification;
  remediation?: string;
}

export interface Classification {
  'cve-id': string[];
  'cwe-id': string[];
  'cvss-metrics': string;
  'cvss-score': number;
  'epss-score': number;
  'epss-percentile': number;
  cpe: string;
}

export type Severity = (typeof SEVERITIES)[number];
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical', 'unknown'] as const;

export type MatcherType = (typeof MATCHER_TYPES)[number];
export const MATCHER_TYPES = ['word', 'regex', 'binary', 'status', 'size', 'dsl', 'xpath'] as const;

export type ExtractorType = (typeof EXTRACTOR_TYPES)[number];
export const EXTRACTOR_TYPES = ['regex', 'kval', 'xpath', 'json', 'dsl'] as const;

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'PURGE', 'DEBUG'] as const;

/** A matcher as it stands in a template. */
export interface MatcherSpec {
  type?: MatcherType;
  condition?: string;
  part?: string;
  negative?: boolean;
  name?: string;
  status?: number[];
  size?: number[];
  words?: string[];
  regex?: string[];
  binary?: string[];
  dsl?: string[];
  xpath?: string[];
  encoding?: string;
  'case-insensitive'?: boolean;
  'match-all'?: boolean;
  internal?: boolean;
}

/** An extractor as it stands in a template. */
export interface ExtractorSpec {
  name?: string;
  type?: ExtractorType;
  regex?: string[];
  group?: number;
  kval?: string[];
  json?: string[];
  xpath?: string[];
  attribute?: string;
  dsl?: string[];
  part?: string;
  internal?: boolean;
  'case-insensitive'?: boolean;
}

/** One entry of `http`. */
export interface HttpSpec {
  matchers?: MatcherSpec[];
  extractors?: ExtractorSpec[];
  'matchers-condition'?: string;
  path?: string[];
  raw?: string[];
  id?: string;
  name?: string;
  method?: (typeof METHODS)[number];
  body?: string;
  headers?: Record<string, string>;
  'max-redirects'?: number;
  threads?: number;
  'max-size'?: number;
  'disable-cookie'?: boolean;
  redirects?: boolean;
  'host-redirects'?: boolean;
  'stop-at-first-match'?: boolean;
  'skip-variables-check'?: boolean;
  'disable-path-automerge'?: boolean;
  'self-contained'?: boolean;
  /** Keys that real nuclei has and the embedded one does not act on, as they stand in the template. */
  [unmodelled: string]: unknown;
}

/** A template file. */
export interface TemplateSpec {
  id?: string;
  info?: Partial<TemplateInfo>;
  http?: HttpSpec[];
  requests?: HttpSpec[];
  variables?: Record<string, unknown>;
  constants?: Record<string, unknown>;
  'self-contained'?: boolean;
  'stop-at-first-match'?: boolean;
  flow?: string;
  workflows?: unknown[];
  signature?: string;
  /** Requests of other protocols. */
  [protocol: string]: unknown;
}

/** A template that was loaded from a file. */
export interface Template {
  path: string;
  id: string;
  info: TemplateInfo;
  severity: Severity | '';
  spec: TemplateSpec;
  requests: readonly HttpSpec[];
  /** The file's bytes. */
  source: string;
}
