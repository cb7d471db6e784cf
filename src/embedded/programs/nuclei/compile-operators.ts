import { Buffer } from 'node:buffer';
import { compileGoRegExp, type GoRegExp } from './regexp/go-regexp.ts';
import type { ExtractorSpec, HttpSpec, MatcherSpec, MatcherType } from './template.ts';
import { TemplateError } from './yaml/decode.ts';

/** A matcher that is ready to be asked. */
export interface Matcher {
  type: MatcherType;
  name: string;
  part: string;
  isNegative: boolean;
  needsAll: boolean;
  /** Goes through all values whatever the condition, and matches when one did. */
  matchesAll: boolean;
  ignoresCase: boolean;
  isInternal: boolean;
  numbers: readonly number[];
  words: readonly string[];
  patterns: readonly GoRegExp[];
}

/** An extractor that is ready to be asked. */
export interface Extractor {
  type: 'regex' | 'kval';
  name: string;
  part: string;
  isInternal: boolean;
  ignoresCase: boolean;
  group: number;
  patterns: readonly GoRegExp[];
  keys: readonly string[];
}

/** The matchers and extractors of one request. */
export interface Operators {
  matchers: readonly Matcher[];
  extractors: readonly Extractor[];
  needsAllMatchers: boolean;
}

/** What a matcher of each type may say; anything else is a mistake. Models matchers.Matcher.Validate. */
const FIELDS: Readonly<Record<MatcherType, readonly (keyof MatcherSpec)[]>> = {
  dsl: ['dsl'],
  status: ['status', 'part'],
  size: ['size', 'part'],
  word: ['words', 'part', 'encoding', 'case-insensitive'],
  binary: ['binary', 'part', 'encoding', 'case-insensitive'],
  regex: ['regex', 'part', 'encoding', 'case-insensitive'],
  xpath: ['xpath', 'part'],
};
const COMMON_FIELDS: readonly (keyof MatcherSpec)[] = ['type', 'condition', 'name', 'match-all', 'negative', 'internal'];
const GO_NAMES: Readonly<Partial<Record<keyof MatcherSpec, string>>> = {
  'case-insensitive': 'CaseInsensitive',
  dsl: 'DSL',
  xpath: 'XPath',
};

/** Prepares what a request's answers are judged by; undefined when there is nothing. Throws TemplateError. */
export function compileOperators(request: HttpSpec): Operators | undefined {
  const { matchers = [], extractors = [] } = request;
  if (matchers.length === 0 && extractors.length === 0) return undefined;
  return {
    matchers: matchers.map(compileMatcher),
    extractors: extractors.map(compileExtractor),
    needsAllMatchers: request['matchers-condition'] === 'and',
  };
}

function compileMatcher(spec: MatcherSpec): Matcher {
  const { type, condition = '', encoding } = spec;
  if (type === undefined) throw problem('matcher', 'unknown matcher type specified: ');
  mustHaveOnlyItsFields(spec, type);
  const patterns = compilePatterns(spec.regex, 'matcher');
  if (condition !== '' && condition !== 'and' && condition !== 'or') throw problem('matcher', `unknown condition specified: ${condition}`);
  const ignoresCase = spec['case-insensitive'] === true;
  if (ignoresCase && type !== 'word')
    throw problem('matcher', `case-insensitive flag is supported only for 'word' matchers (not '${type}')`);
  const words = type === 'binary' ? (spec.binary ?? []).map(decodeBinary) : (spec.words ?? []).map((word) => decodeWord(word, encoding));
  return {
    type,
    name: spec.name ?? '',
    part: spec.part || 'body',
    isNegative: spec.negative === true,
    needsAll: condition === 'and',
    matchesAll: spec['match-all'] === true,
    ignoresCase,
    isInternal: spec.internal === true,
    numbers: (type === 'status' ? spec.status : spec.size) ?? [],
    words: ignoresCase ? words.map((word) => word.toLowerCase()) : words,
    patterns,
  };
}

function mustHaveOnlyItsFields(spec: MatcherSpec, type: MatcherType): void {
  const unexpected = (Object.keys(spec) as (keyof MatcherSpec)[]).filter(
    (key) => isSet(spec[key]) && !COMMON_FIELDS.includes(key) && !FIELDS[type].includes(key),
  );
  if (unexpected.length === 0) return;
  const names = unexpected.map((key) => GO_NAMES[key] ?? key.charAt(0).toUpperCase() + key.slice(1));
  throw problem('matcher', `matcher ${type} has unexpected fields: ${names.join(',')}`);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0);
}

function compileExtractor(spec: ExtractorSpec): Extractor {
  const { type } = spec;
  if (type !== 'regex' && type !== 'kval') throw problem('extractor', `unknown extractor type specified: ${type ?? ''}`);
  const ignoresCase = spec['case-insensitive'] === true;
  if (ignoresCase && type !== 'kval')
    throw problem('extractor', `case-insensitive flag is supported only for 'kval' extractors (not '${type}')`);
  return {
    type,
    name: spec.name ?? '',
    part: spec.part || 'body',
    isInternal: spec.internal === true,
    ignoresCase,
    group: spec.group ?? 0,
    patterns: compilePatterns(spec.regex, 'extractor'),
    keys: (spec.kval ?? []).map((key) => key.toLowerCase()),
  };
}

function compilePatterns(patterns: readonly string[] | undefined, kind: 'matcher' | 'extractor'): GoRegExp[] {
  return (patterns ?? []).map((pattern) => {
    const compiled = compileGoRegExp(pattern);
    if (!compiled) throw problem(kind, `could not compile regex: ${pattern}`);
    return compiled;
  });
}

function decodeWord(word: string, encoding: string | undefined): string {
  return encoding === 'hex' && isHexadecimal(word) ? Buffer.from(word, 'hex').toString('utf8') : word;
}

function decodeBinary(value: string): string {
  if (!isHexadecimal(value)) throw problem('matcher', `could not hex decode binary: ${value}`);
  return Buffer.from(value, 'hex').toString('utf8');
}

function isHexadecimal(text: string): boolean {
  return /^([0-9a-fA-F]{2})+$/.test(text);
}

function problem(kind: 'matcher' | 'extractor', message: string): TemplateError {
  return new TemplateError(`could not compile request: could not compile operators: could not compile ${kind}: ${message}`);
}
