import { Buffer } from 'node:buffer';
import type { Extractor, Matcher, Operators } from './compile-operators.ts';
import { substitute, type Variables } from './variables.ts';

/** What matchers and extractors look at: the answer's parts by name. */
export type ResponseData = Record<string, string | number>;

/** What the operators made of an answer. */
export interface OperatorResult {
  isMatched: boolean;
  /** Names of matchers that matched and are reported one by one. */
  matchedNames: string[];
  /** What extractors with a name found. */
  extracts: Map<string, string[]>;
  /** Everything that was extracted, each once. */
  outputExtracts: string[];
  /** What internal extractors found, for the requests that follow. */
  dynamicValues: Map<string, string[]>;
}

/** Applies matchers and extractors; undefined when nothing comes of it. Models operators.Operators.Execute. */
export function evaluateOperators(operators: Operators, data: ResponseData): OperatorResult | undefined {
  const result: OperatorResult = { isMatched: false, matchedNames: [], extracts: new Map(), outputExtracts: [], dynamicValues: new Map() };
  const seen = { ...data };
  for (const extractor of operators.extractors) applyExtractor(extractor, seen, result);
  for (const matcher of operators.matchers) {
    if (matches(matcher, seen)) {
      if (!operators.needsAllMatchers && matcher.name !== '') result.matchedNames.push(matcher.name);
      result.isMatched = true;
    } else if (operators.needsAllMatchers) return result.dynamicValues.size > 0 ? { ...result, isMatched: false } : undefined;
  }
  const isAllInternal = operators.extractors.every(({ isInternal }) => isInternal);
  if (result.dynamicValues.size > 0 && isAllInternal) return result;
  if (operators.matchers.length > 0 && !result.isMatched) return result.dynamicValues.size > 0 ? result : undefined;
  const hasExtracted = result.extracts.size > 0 || result.outputExtracts.length > 0;
  return hasExtracted || result.isMatched || result.dynamicValues.size > 0 ? result : undefined;
}

function applyExtractor(extractor: Extractor, data: ResponseData, result: OperatorResult): void {
  const values = extract(extractor, data);
  if (values.length === 0) return;
  if (extractor.isInternal) {
    result.dynamicValues.set(extractor.name, [...(result.dynamicValues.get(extractor.name) ?? []), ...values]);
  } else {
    result.outputExtracts.push(...values.filter((value) => !result.outputExtracts.includes(value)));
    if (extractor.name !== '') result.extracts.set(extractor.name, values);
  }
  data[extractor.name] = values.length === 1 ? values[0]! : `[${values.join(' ')}]`;
}

function extract(extractor: Extractor, data: ResponseData): string[] {
  if (extractor.type === 'kval') return extractKeys(extractor, data);
  const part = partOf(extractor.part, data);
  if (part === undefined) return [];
  const found = extractor.patterns.flatMap((pattern) => pattern.findAll(part)).filter((groups) => groups.length > extractor.group);
  return [...new Set(found.map((groups) => groups[extractor.group]!))];
}

function extractKeys({ keys, ignoresCase }: Extractor, data: ResponseData): string[] {
  const entries = Object.entries(data).map(([key, value]) =>
    ignoresCase ? [key.toLowerCase(), String(value).toLowerCase()] : [key, String(value)],
  );
  const values = new Map(entries as [string, string][]);
  return [...new Set(keys.map((key) => values.get(key)).filter((value) => value !== undefined))];
}

/** The text of a part; undefined when the answer has none by that name. Models http.Request.getMatchPart. */
function partOf(name: string, data: ResponseData): string | undefined {
  if (name === 'all') return `${data['body'] ?? ''}${data['all_headers'] ?? ''}`;
  const value = data[name === 'header' ? 'all_headers' : name];
  return value === undefined ? undefined : String(value);
}

/** A part that is not there matches nothing, not even a negative matcher. */
function matches(matcher: Matcher, data: ResponseData): boolean {
  const part = partOf(matcher.part, data);
  if (part === undefined) return false;
  return matchesPlainly(matcher, part, data) !== matcher.isNegative;
}

function matchesPlainly(matcher: Matcher, part: string, data: ResponseData): boolean {
  switch (matcher.type) {
    case 'status':
      return matcher.numbers.includes(Number(data['status_code']));
    case 'size':
      return matcher.numbers.includes(Buffer.byteLength(part));
    case 'word': {
      const corpus = matcher.ignoresCase ? part.toLowerCase() : part;
      return combine(matcher, matcher.words, (word) => corpus.includes(substitute(word, data as Variables)));
    }
    case 'binary':
      return combine({ ...matcher, matchesAll: false }, matcher.words, (word) => part.includes(word));
    default:
      return combine(matcher, matcher.patterns, (pattern) => pattern.test(part));
  }
}

function combine<T>({ needsAll }: Pick<Matcher, 'needsAll' | 'matchesAll'>, values: readonly T[], holds: (value: T) => boolean): boolean {
  if (values.length === 0) return false;
  return needsAll ? values.every(holds) : values.some(holds);
}
