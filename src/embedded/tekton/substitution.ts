import type { Param, ParamSpec, ParamValue } from './types.ts';

/** What `$(name)` stands for, by name. */
export interface Replacements {
  strings: ReadonlyMap<string, string>;
  /** What a whole item `$(name[*])` of a list of strings, or the whole value of a param, stands for. */
  arrays: ReadonlyMap<string, readonly string[]>;
  objects?: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Replaces variables in every string of a JSON value; unknown ones stay as they are. Models pkg/substitution. */
export function substitute<T>(value: T, replacements: Replacements): T {
  return substituteAny(value, replacements) as T;
}

function substituteAny(value: unknown, replacements: Replacements): unknown {
  if (typeof value === 'string') return wholeValue(value, replacements) ?? inText(value, replacements.strings);
  if (Array.isArray(value)) return value.flatMap((item: unknown) => listItem(item, replacements));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substituteAny(item, replacements)]));
}

function listItem(item: unknown, replacements: Replacements): unknown[] {
  const array = typeof item === 'string' ? replacements.arrays.get(starred(item) ?? '') : undefined;
  return array ? [...array] : [substituteAny(item, replacements)];
}

/** A param whose whole value is `$(params.list[*])` takes the list itself. */
function wholeValue(text: string, { arrays, objects }: Replacements): unknown {
  const name = starred(text);
  return name === undefined ? undefined : (arrays.get(name)?.slice() ?? objects?.get(name));
}

function starred(text: string): string | undefined {
  return /^\$\(([^()]+)\[\*\]\)$/.exec(text.trim())?.[1];
}

function inText(text: string, strings: ReadonlyMap<string, string>): string {
  if (!text.includes('$(')) return text;
  return text.replace(/\$\(([^()$]+)\)/g, (all, name: string) => strings.get(name) ?? all);
}

/** The variables of params: what a run gives, else the default. Models pkg/reconciler/taskrun/resources ApplyParameters. */
export function paramReplacements(specs: readonly ParamSpec[], given: readonly Param[]): Replacements {
  const strings = new Map<string, string>();
  const arrays = new Map<string, readonly string[]>();
  const objects = new Map<string, Readonly<Record<string, string>>>();
  const add = (name: string, value: ParamValue): void => {
    for (const spelled of spellings('params', name)) addValue({ strings, arrays, objects }, spelled, value);
  };
  for (const { name, default: fallback } of specs) if (fallback !== undefined) add(name, fallback);
  for (const { name, value } of given) add(name, value);
  return { strings, arrays, objects };
}

/** The ways to write a variable: `params.a`, `params["a"]`, `params['a']`. */
export function spellings(prefix: string, name: string): string[] {
  return [`${prefix}.${name}`, `${prefix}["${name}"]`, `${prefix}['${name}']`];
}

/** Notes what a variable stands for, with the parts of lists and objects. */
export function addValue(
  to: { strings: Map<string, string>; arrays: Map<string, readonly string[]>; objects: Map<string, Readonly<Record<string, string>>> },
  variable: string,
  value: ParamValue,
): void {
  if (typeof value === 'string') to.strings.set(variable, value);
  else if (Array.isArray(value)) {
    to.arrays.set(variable, value);
    value.forEach((item, index) => to.strings.set(`${variable}[${index}]`, item));
  } else {
    to.objects.set(variable, value);
    for (const [key, item] of Object.entries(value)) to.strings.set(`${variable}.${key}`, item);
  }
}

/** Every variable that the strings of a value refer to. */
export function variablesIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(/\$\(([^()$]+)\)/g)].map((match) => match[1]!);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(variablesIn);
}
