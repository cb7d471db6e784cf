import { AnalysisProblem } from '../analysis-problem.ts';
import { isList, isMap, type Value } from '../expressions/values.ts';
import { evaluateFilter, sliceList, type ListParams, type PathStep } from './json-path-steps.ts';

const ACTION_END = '}';

/**
 * Reads a JSONPath template, which is text with paths in braces: `{$.summary.critical}`. Text outside braces stands for itself.
 * Throws an AnalysisProblem for what is no template. Models client-go util/jsonpath, without range.
 */
export function parseJsonPath(template: string): (document: Value) => Value[] {
  const parts: PathStep[] = [];
  let rest = template;
  while (rest !== '') {
    const opening = rest.indexOf('{');
    if (opening !== 0) {
      const text = opening === -1 ? rest : rest.slice(0, opening);
      parts.push(() => [text]);
      rest = rest.slice(text.length);
      continue;
    }
    const action = new ActionParser(rest.slice(1));
    parts.push(action.parse());
    rest = action.rest;
  }
  return (document) => parts.flatMap((part) => part([document]));
}

/** The steps in one pair of braces. */
class ActionParser {
  rest: string;

  constructor(source: string) {
    this.rest = source;
  }

  parse(): PathStep {
    const steps: PathStep[] = [];
    for (;;) {
      if (this.rest === '' || /^[\r\n]/.test(this.rest)) throw new AnalysisProblem('unclosed action');
      if (this.rest.startsWith(ACTION_END)) break;
      const step = this.#step();
      if (step) steps.push(step);
    }
    this.rest = this.rest.slice(ACTION_END.length);
    return (values) => steps.reduce<Value[]>((current, step) => step(current), [...values]);
  }

  #take(pattern: RegExp): string | undefined {
    const text = pattern.exec(this.rest)?.[0];
    if (text !== undefined) this.rest = this.rest.slice(text.length);
    return text;
  }

  #step(): PathStep | undefined {
    if (this.rest.startsWith('[?(')) return this.#filter();
    if (this.#take(/^\.\./) !== undefined) return this.#recursive();
    if (this.#take(/^[ @$]/) !== undefined) return undefined;
    if (this.rest.startsWith('[')) return this.#brackets();
    if (/^["']/.test(this.rest)) return constant(this.#quoted());
    if (this.#take(/^\./) !== undefined) return fieldStep(this.#take(/^(\\.|[^\s.,[\]$@{}])*/)!.replaceAll('\\', ''));
    const number = this.#take(/^[+-]?\d[\d.]*|^[+-]/);
    if (number !== undefined) return constant(parseNumber(number));
    const word = this.#take(/^[\p{L}\p{Nd}_][^\s.,[\]$@{}]*/u);
    if (word === 'true' || word === 'false') return constant(word === 'true');
    if (word !== undefined) return unknownIdentifier(word);
    throw new AnalysisProblem(`unrecognized character in action: ${nameCharacter(this.rest)}`);
  }

  /** `..a` looks for a everywhere. */
  #recursive(): PathStep {
    const name = this.#take(/^[\p{L}\p{Nd}_](\\.|[^\s.,[\]$@{}])*/u);
    if (name === undefined) return recursive;
    const field = fieldStep(name.replaceAll('\\', ''));
    return (values) => field(recursive(values));
  }

  #quoted(): string {
    const text = this.#take(/^(?:"(?:[^"\n\\]|\\.)*"|'(?:[^'\n\\]|\\.)*')/);
    if (text === undefined) throw new AnalysisProblem('unterminated quoted string');
    return text.slice(1, -1).replace(/\\(.)/g, '$1');
  }

  #brackets(): PathStep {
    const text = this.#take(/^\[[^\]\n]*\]/);
    if (text === undefined) throw new AnalysisProblem('unterminated array');
    const content = text.slice(1, -1);
    const alternatives = content.split(',');
    if (alternatives.length === 1) return bracketStep(content);
    const steps = alternatives.map((alternative) => bracketStep(alternative.trim()));
    return (values) => steps.flatMap((step) => step(values));
  }

  /** `[?(@.a)]` or `[?(@.a == "b")]`: a `)` inside quotes does not end it. */
  #filter(): PathStep {
    const text = this.#take(/^\[\?\((?:[^"'()\n]|"[^"\n]*"|'[^'\n]*'|\()*\)/);
    if (text === undefined) throw new AnalysisProblem('unterminated filter');
    if (this.#take(/^\]/) === undefined) throw new AnalysisProblem('unclosed array expect ]');
    const content = text.slice('[?('.length, -1);
    const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(content) ?? [];
    if (left === undefined) return evaluateFilter(parseInner(content), 'exists', () => []);
    return evaluateFilter(parseInner(left), operator!, parseInner(right!));
  }
}

function parseInner(text: string): PathStep {
  return new ActionParser(`${text}${ACTION_END}`).parse();
}

function constant(value: Value): PathStep {
  return (values) => values.map(() => value);
}

function unknownIdentifier(word: string): PathStep {
  return () => {
    throw new AnalysisProblem(`unrecognized identifier ${word}`);
  };
}

/** Whole numbers are bigints: they compare with nothing in a JSON document, where every number is a float. */
function parseNumber(text: string): Value {
  if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace('+', ''));
  const value = Number(text);
  if (Number.isNaN(value)) throw new AnalysisProblem(`cannot parse number ${text}`);
  return value;
}

function nameCharacter(text: string): string {
  const code = text.codePointAt(0)!;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
}

function fieldStep(name: string): PathStep {
  if (name === '*') return (values) => values.flatMap(childrenOf);
  return (values) => {
    if (values.length === 0) return [];
    const found = values.flatMap((value) => (isMap(value) && Object.hasOwn(value, name) ? [value[name]!] : []));
    if (found.length === 0) throw new AnalysisProblem(`${name} is not found`);
    return found;
  };
}

function childrenOf(value: Value): Value[] {
  if (isList(value)) return [...value];
  return isMap(value) ? Object.values(value) : [];
}

/** The values and everything in them, as far as it has anything in it. */
function recursive(values: readonly Value[]): Value[] {
  return values.flatMap((value) => {
    const children = childrenOf(value);
    return children.length > 0 ? [value, ...recursive(children)] : [];
  });
}

/** `'name'`, which is a field up to its first blank, `*`, an index, or a slice. */
function bracketStep(content: string): PathStep {
  const [, key] = /^'([^']*)'$/.exec(content) ?? [];
  if (key !== undefined) return keyStep(key);
  const [whole, start, end, step] = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(content === '*' ? ':' : content) ?? [];
  if (whole === undefined) throw new AnalysisProblem(`invalid array index ${content}`);
  const params: ListParams = {
    start: start === '' ? undefined : Number(start),
    end: end === undefined || end === ':' ? undefined : Number(end.slice(1)),
    step: step === undefined || step === ':' ? undefined : Number(step.slice(1)),
    isSlice: end !== undefined,
  };
  return (values) => values.flatMap((value) => sliceList(value, params));
}

/** What stands in quotes is read as a path of its own. */
function keyStep(key: string): PathStep {
  return parseInner(`.${key}`);
}
