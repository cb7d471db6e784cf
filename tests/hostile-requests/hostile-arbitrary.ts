import fc from 'fast-check';
import { jsonBody, type HostileRequest } from './hostile-request.ts';

/** Requests that are not only mutated but sensible enough to get past the first check: those that the mutations start from. */
export function hostileRequests(seeds: readonly HostileRequest[]): fc.Arbitrary<HostileRequest> {
  const seed = fc.nat(seeds.length - 1).map((index) => seeds[index]!);
  const mutations = fc.array(fc.oneof(methods, targets, headers, bodies), { minLength: 0, maxLength: 3 });
  return fc.tuple(seed, mutations).map(([request, steps]) => steps.reduce((rest, step) => step(rest), request));
}

type Mutation = (request: HostileRequest) => HostileRequest;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'FOO', 'patch'];
const methods: fc.Arbitrary<Mutation> = fc.constantFrom(...METHODS).map((method) => (request) => ({ ...request, method }));

const SNIPPETS = ['%', '%00', '%2e%2e', '/', '//', '..', '?', '&', '=', ';', '#', '%ff', '~', "'", '"', '<', '{', 'status', 'scale', 'watch', 'dryRun=All', 'limit=1', 'x'.repeat(300)]; // prettier-ignore
/** Why no watch: a watch is answered without an end. */
const targets: fc.Arbitrary<Mutation> = fc
  .tuple(fc.constantFrom(...SNIPPETS), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([snippet, place]): Mutation => (request) => {
    const at = 1 + Math.floor(place * request.target.length);
    return { ...request, target: request.target.slice(0, at) + snippet + request.target.slice(at) };
  });

const NAMES = ['Content-Type', 'Accept', 'Impersonate-User', 'Impersonate-Group', 'If-None-Match', 'X-Y', 'User-Agent', 'Accept-Encoding'];
const VALUES = fc.oneof(
  fc.constantFrom('application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/merge-patch+json', 'application/json-patch+json', 'application/apply-patch+yaml', 'text/html', '*/*', 'gzip', ''), // prettier-ignore
  fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?')),
);
const headers: fc.Arbitrary<Mutation> = fc.tuple(fc.constantFrom(...NAMES), VALUES).map(([name, value]): Mutation => (request) => ({
  ...request,
  headers: [...(request.headers ?? []).filter(([given]) => given.toLowerCase() !== name.toLowerCase()), [name, value]],
}));

const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (request: HostileRequest, where: number): number => Math.floor(where * (request.body?.byteLength ?? 0));
const bodies: fc.Arbitrary<Mutation> = fc.oneof(
  place.map(
    (where): Mutation =>
      (request) =>
        withBody(request, bytesBefore(request, at(request, where))),
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(
    ([where, bytes]): Mutation =>
      (request) =>
        withBody(request, Buffer.concat([bytesBefore(request, at(request, where)), bytes, bytesAfter(request, at(request, where))])),
  ),
  fc.tuple(place, fc.nat(255)).map(
    ([where, byte]): Mutation =>
      (request) =>
        withBody(request, withByte(request, at(request, where), byte)),
  ),
  fc.json().map(
    (text): Mutation =>
      (request) =>
        withBody(request, jsonBody(text)),
  ),
  fc.uint8Array({ maxLength: 200 }).map(
    (bytes): Mutation =>
      (request) =>
        withBody(request, bytes),
  ),
);

function withBody(request: HostileRequest, body: Uint8Array): HostileRequest {
  return { ...request, body, headers: (request.headers ?? []).filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)) };
}

function bytesBefore({ body }: HostileRequest, end: number): Buffer {
  return Buffer.from(body ?? []).subarray(0, end);
}

function bytesAfter({ body }: HostileRequest, start: number): Buffer {
  return Buffer.from(body ?? []).subarray(start);
}

function withByte({ body }: HostileRequest, position: number, byte: number): Buffer {
  const bytes = Buffer.from(body ?? []);
  if (position < bytes.length) bytes[position] = byte;
  return bytes;
}
