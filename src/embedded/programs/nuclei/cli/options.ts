import { CannotSimulate } from '../../../shell/kernel/cannot-simulate.ts';
import type { Severity } from '../template.ts';
import type { ParsedFlags } from './parse-flags.ts';

/** How nuclei was asked to run. */
export interface Options {
  targets: string[];
  targetsFile: string;
  readsStdin: boolean;
  templates: string[];
  excludedTemplates: string[];
  includedTemplates: string[];
  isStrict: boolean;
  filter: TemplateFilterOptions;
  outputFile: string;
  jsonExport: string;
  jsonlExport: string;
  isJsonl: boolean;
  isSilent: boolean;
  isVerbose: boolean;
  listsTemplates: boolean;
  isColoured: boolean;
  showsMetadata: boolean;
  omitsRaw: boolean;
  omitsTemplate: boolean;
  headers: string[];
  variables: Record<string, string>;
  redirects: 'as-templates-say' | 'all' | 'same-host' | 'none';
  maxRedirects: number;
  mayCluster: boolean;
  leavesDefaultPorts: boolean;
  stopsAtFirstMatch: boolean;
  rateLimit: number;
  rateWindowMs: number;
  bulkSize: number;
  concurrency: number;
  timeoutMs: number;
  retries: number;
  maxHostErrors: number | undefined;
  isHostSpray: boolean;
  /** Whether hosts without a scheme are asked how they are reached. */
  probesHosts: boolean;
}

/** Which templates run. */
export interface TemplateFilterOptions {
  tags: string[];
  excludedTags: string[];
  includedTags: string[];
  ids: string[];
  excludedIds: string[];
  authors: string[];
  severities: Severity[];
  excludedSeverities: Severity[];
  protocols: string[];
  excludedProtocols: string[];
}

const DEFAULT_RATE_LIMIT = 150;
const DEFAULT_CONCURRENCY = 25;
const DEFAULT_TIMEOUT_S = 10;
const DEFAULT_MAX_REDIRECTS = 10;
const DEFAULT_MAX_HOST_ERRORS = 30;

/** The options that flags stand for. Throws CannotSimulate for flags that real nuclei has and the embedded one does not. */
export function readOptions(flags: ParsedFlags): Options {
  for (const { name, standing } of flags.given) {
    if (standing === 'refused' && flags.values.get(name) !== false) throw new CannotSimulate(`nuclei -${name} is not modelled`);
  }
  return {
    ...readInputs(flags),
    ...readOutputs(flags),
    ...readLimits(flags),
    filter: readFilter(flags),
    headers: flags.list('header'),
    variables: Object.fromEntries(flags.list('var').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
    redirects: readRedirects(flags),
    maxRedirects: flags.number('max-redirects', DEFAULT_MAX_REDIRECTS),
    mayCluster: !flags.isOn('disable-clustering'),
    leavesDefaultPorts: flags.isOn('leave-default-ports'),
    stopsAtFirstMatch: flags.isOn('stop-at-first-match'),
    isHostSpray: flags.text('scan-strategy') === 'host-spray',
    probesHosts: !flags.isOn('no-httpx'),
  };
}

function readInputs(flags: ParsedFlags) {
  return {
    targets: flags.list('target'),
    targetsFile: flags.text('list'),
    readsStdin: !flags.isOn('no-stdin'),
    templates: flags.list('templates'),
    excludedTemplates: flags.list('exclude-templates'),
    includedTemplates: flags.list('include-templates'),
    isStrict: !flags.isOn('no-strict-syntax'),
  };
}

function readOutputs(flags: ParsedFlags) {
  return {
    outputFile: flags.text('output'),
    jsonExport: flags.text('json-export'),
    jsonlExport: flags.text('jsonl-export'),
    isJsonl: flags.isOn('jsonl'),
    isSilent: flags.isOn('silent'),
    isVerbose: flags.isOn('verbose'),
    listsTemplates: flags.isOn('vv'),
    isColoured: !flags.isOn('no-color'),
    showsMetadata: !flags.isOn('no-meta'),
    omitsRaw: flags.isOn('omit-raw'),
    omitsTemplate: flags.isOn('omit-template'),
  };
}

function readLimits(flags: ParsedFlags) {
  const perMinute = flags.number('rate-limit-minute', 0);
  return {
    rateLimit: perMinute > 0 ? perMinute : flags.number('rate-limit', DEFAULT_RATE_LIMIT),
    rateWindowMs: perMinute > 0 ? 60_000 : flags.number('rate-limit-duration', 1000) || 1000,
    bulkSize: flags.number('bulk-size', DEFAULT_CONCURRENCY),
    concurrency: flags.number('concurrency', DEFAULT_CONCURRENCY),
    timeoutMs: (flags.number('timeout', DEFAULT_TIMEOUT_S) || DEFAULT_TIMEOUT_S) * 1000,
    retries: flags.number('retries', 1),
    maxHostErrors: flags.isOn('no-mhe') ? undefined : flags.number('max-host-error', DEFAULT_MAX_HOST_ERRORS),
  };
}

function readFilter(flags: ParsedFlags): TemplateFilterOptions {
  return {
    tags: flags.list('tags'),
    excludedTags: flags.list('exclude-tags'),
    includedTags: flags.list('include-tags'),
    ids: flags.list('template-id'),
    excludedIds: flags.list('exclude-id'),
    authors: flags.list('author'),
    severities: flags.list('severity') as Severity[],
    excludedSeverities: flags.list('exclude-severity') as Severity[],
    protocols: flags.list('type'),
    excludedProtocols: flags.list('exclude-type'),
  };
}

function readRedirects(flags: ParsedFlags): Options['redirects'] {
  if (flags.isOn('disable-redirects')) return 'none';
  if (flags.isOn('follow-host-redirects')) return 'same-host';
  return flags.isOn('follow-redirects') ? 'all' : 'as-templates-say';
}

/** Why options do not go together, in nuclei's words; undefined when they do. Models runner.ValidateOptions. */
export function contradictionIn(flags: ParsedFlags): string | undefined {
  if (flags.isOn('verbose') && flags.isOn('silent')) return 'both verbose and silent mode specified';
  const follows = flags.isOn('follow-redirects');
  const followsHost = flags.isOn('follow-host-redirects');
  if (follows && followsHost) return 'both follow host redirects and follow redirects specified';
  if ((follows || followsHost) && flags.isOn('disable-redirects')) return 'both follow redirects and disable redirects specified';
  return undefined;
}
