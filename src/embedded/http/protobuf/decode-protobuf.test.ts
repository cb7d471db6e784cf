import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { ApiError } from '../../api/api-error.ts';
import { schemaForBuiltIn } from '../../schema/built-in-schema.ts';
import { decodeProtobuf } from './decode-protobuf.ts';

interface Message {
  id: string;
  protobuf: string;
  object: KubeObject;
}

/** Random objects of every built-in kind, as the encoder of client-go writes them and as it reads them back. */
const messages = JSON.parse(readFileSync(new URL('golden/messages.json', import.meta.url), 'utf8')) as Message[];

const bytesOf = (message: Message): Uint8Array => Buffer.from(message.protobuf, 'base64');

/** The stored form of an object, in which a missing field and an empty one are the same. */
function stored(object: KubeObject): unknown {
  const slash = object.apiVersion.lastIndexOf('/');
  const group = object.apiVersion.slice(0, Math.max(slash, 0));
  const definition = { group, version: object.apiVersion.slice(slash + 1), kind: object.kind };
  return schemaForBuiltIn(definition)!.decode(object);
}

/** An envelope around a message that is shorter than 128 bytes. */
function envelope(kind: string, message: number[], apiVersion = 'v1'): Uint8Array {
  const text = (number: number, value: string): number[] => [number * 8 + 2, value.length, ...Buffer.from(value)];
  const typeMeta = [...(apiVersion ? text(1, apiVersion) : []), ...(kind ? text(2, kind) : [])];
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, 10, typeMeta.length, ...typeMeta, 18, message.length, ...message]);
}

function refusal(body: Uint8Array, expected?: { apiVersion: string; kind: string }): string {
  try {
    decodeProtobuf(body, expected);
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('the body was accepted');
}

describe('messages written by client-go', () => {
  it('covers every kind that the server stores and more', () => {
    expect(messages.length).toBeGreaterThan(40);
  });

  it.each(messages.map((message) => [message.id, message] as const))('reads %s', (_id, message) => {
    expect(stored(decodeProtobuf(bytesOf(message)))).toEqual(stored(message.object));
  });
});

describe('the encoding', () => {
  it('reads DeleteOptions of any version', () => {
    expect(decodeProtobuf(envelope('DeleteOptions', [8, 5], 'apps/v1'))).toEqual({
      kind: 'DeleteOptions',
      apiVersion: 'apps/v1',
      gracePeriodSeconds: 5,
    });
  });

  it('fills in what the envelope leaves unsaid', () => {
    expect(decodeProtobuf(envelope('', [], ''), { apiVersion: 'v1', kind: 'Pod' })).toEqual({ kind: 'Pod', apiVersion: 'v1' });
  });

  it('passes over fields that it does not know, groups included', () => {
    const unknown = [0x78, 1, 0x7a, 1, 65, 0x7d, 0, 0, 0, 0, 0x79, 0, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x08, 1, 0x13, 0x14, 0x7c];
    expect(decodeProtobuf(envelope('ConfigMap', [...unknown, 10, 3, 10, 1, 97])).metadata).toEqual({ name: 'a' });
  });

  it('merges a message that comes in two pieces', () => {
    expect(decodeProtobuf(envelope('ConfigMap', [10, 3, 10, 1, 97, 10, 3, 26, 1, 98])).metadata).toEqual({ name: 'a', namespace: 'b' });
  });

  it('reads repeated numbers packed or one by one', () => {
    const groups = (bytes: number[]) => decodeProtobuf(envelope('Pod', [18, bytes.length + 2, 114, bytes.length, ...bytes]))['spec'];
    expect(groups([34, 2, 7, 9])).toEqual({ securityContext: { supplementalGroups: [7, 9] } });
    expect(groups([32, 7, 32, 9])).toEqual({ securityContext: { supplementalGroups: [7, 9] } });
  });

  it('reads negative numbers', () => {
    const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    expect(decodeProtobuf(envelope('Pod', [18, 11, 32, ...minusOne]))['spec']).toEqual({ terminationGracePeriodSeconds: -1 });
  });

  it('keeps keys of maps that are special in JavaScript', () => {
    const entry = [10, 9, ...Buffer.from('__proto__'), 18, 1, 120];
    const { data } = decodeProtobuf(envelope('ConfigMap', [18, entry.length, ...entry])) as unknown as { data: object };
    expect(Object.keys(data)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });
});

describe('bodies that are no such thing', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod' };
  const unreadable = (problem: string, hex: string): string =>
    `400 the object provided is unrecognized (must be of type Pod): ${problem} (${hex})`;
  const magic = (...bytes: number[]): Uint8Array => Uint8Array.from([0x6b, 0x38, 0x73, 0, ...bytes]);
  const cannot = (problem: string): string => `400 Pod in version "v1" cannot be handled as a Pod: ${problem}`;

  // The real server's answers.
  it.each([
    [magic(), unreadable('empty body', '6b387300')],
    [magic(10, ...Array<number>(11).fill(0xff)), unreadable('proto: integer overflow', '6b3873000affffffffffffffffffffff')],
    [magic(7), unreadable('proto: Unknown: illegal tag 0 (wire type 7)', '6b38730007')],
    [magic(0, 1), unreadable('proto: Unknown: illegal tag 0 (wire type 0)', '6b3873000001')],
    [magic(8, 1), unreadable('proto: wrong wireType = 0 for field TypeMeta', '6b3873000801')],
    [magic(10, 9, 10), unreadable('unexpected EOF', '6b3873000a090a')],
    [envelope('Pod', [8, 1]), cannot('proto: wrong wireType = 0 for field ObjectMeta')],
    [envelope('Pod', [10, 2, 8, 1]), cannot('proto: wrong wireType = 0 for field Name')],
    [envelope('Pod', [7]), cannot('proto: Pod: illegal tag 0 (wire type 7)')],
    [envelope('Pod', [10, ...Array<number>(9).fill(0xff), 1]), cannot('proto: negative length found during unmarshaling')],
    [envelope('Pod', [10, 0x7f]), cannot('unexpected EOF')],
    [envelope('Pod', [10, ...Array<number>(11).fill(0xff), 1]), cannot('proto: integer overflow')],
    [
      envelope('Pox', []),
      '400 Pox in version "v1" cannot be handled as a Pod: no kind "Pox" is registered for version "v1" in scheme "pkg/runtime/scheme.go:110"',
    ],
  ])('answers as the real server (%#)', (body, answer) => {
    expect(refusal(body, pod)).toBe(answer);
  });

  it('cuts the dump of a long body short', () => {
    const hex = `6b387300${'0a'.repeat(26)}`;
    expect(refusal(magic(...Array<number>(40).fill(10)), pod)).toBe(unreadable('unexpected EOF', `${hex} ...`));
  });

  it('refuses messages that lie too deep in each other', () => {
    let schema: number[] = [];
    const length = (bytes: number): number[] => (bytes < 128 ? [bytes] : [(bytes % 128) | 0x80, ...length(bytes >> 7)]);
    for (let depth = 0; depth < 1200; depth += 1) schema = [0xe2, 0x01, ...length(schema.length), ...schema];
    const spec = (bytes: number[], number: number): number[] => [number * 8 + 2, ...length(bytes.length), ...bytes];
    const message = spec(spec(spec(spec(schema, 1), 4), 7), 2);
    const typeMeta = [10, 23, ...Buffer.from('apiextensions.k8s.io/v1'), 18, 24, ...Buffer.from('CustomResourceDefinition')];
    const body = magic(10, typeMeta.length, ...typeMeta, 18, ...length(message.length), ...message);
    expect(refusal(body)).toContain('nested too deep');
  });

  it('never answers with anything but 400, whatever is cut off or turned round', () => {
    const message = fc.constantFrom(...messages);
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(), fc.nat(255), fc.boolean(), (sample, position, cut, byte, isCut) => {
        const whole = bytesOf(sample);
        const body = Uint8Array.from(isCut ? whole.subarray(0, 4 + (cut % (whole.length - 4))) : whole);
        body[4 + (position % Math.max(1, body.length - 4))] = byte;
        try {
          decodeProtobuf(body);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          expect((error as ApiError).code).toBe(400);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
