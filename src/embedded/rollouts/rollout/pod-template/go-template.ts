import type { PodTemplateSpec } from '../../../../kube/types/core.ts';
import { builtInStruct } from '../../../schema/builtin-types.ts';
import { decodeBuiltIn, DecodeError } from '../../../schema/decode-built-in.ts';
import type { ValueType } from '../../../schema/value-type.ts';
import { readableTemplate } from './readable-template.ts';

const TEMPLATE = 'core/v1.PodTemplateSpec';

/** The template as the controller writes it back: without what it doesn't know, with what Go always writes (`resources: {}`). */
export function normalTemplate(template: PodTemplateSpec | undefined): PodTemplateSpec {
  try {
    return decode(template ?? {});
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return decode(readableTemplate(template!));
  }
}

function decode(template: object): PodTemplateSpec {
  return decodeBuiltIn(builtInStruct(TEMPLATE), template, []) as unknown as PodTemplateSpec;
}

/** A normal template as Go's encoder writes it: struct fields in the order of the source, map keys sorted, `<`, `>` and `&` escaped. */
export function goJsonOfTemplate(template: PodTemplateSpec): string {
  return encode(builtInStruct(TEMPLATE), template).replace(/[<>&\u2028\u2029]/g, escapeCharacter);
}

function encode(type: ValueType, value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  switch (type.kind) {
    case 'struct':
      return encodeObject(value as Record<string, unknown>, [...type.fields.keys()], (key) => type.fields.get(key)!.type);
    case 'map':
      return encodeObject(value as Record<string, unknown>, Object.keys(value).sort(), () => type.value);
    case 'list':
      return `[${(value as unknown[]).map((item) => encode(type.element, item)).join(',')}]`;
    case 'scalar':
      return JSON.stringify(value);
  }
}

function encodeObject(value: Record<string, unknown>, keys: readonly string[], typeOf: (key: string) => ValueType): string {
  const present = keys.filter((key) => value[key] !== undefined);
  return `{${present.map((key) => `${JSON.stringify(key)}:${encode(typeOf(key), value[key])}`).join(',')}}`;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
