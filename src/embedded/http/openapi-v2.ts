import type { ApiAnswer } from './api-call.ts';
import { jsonAnswer } from './answers.ts';

const TITLE = 'Kubernetes';
const VERSION = 'v1.34.4';
/** Why: clients ask for `v2@v1.0`, which is no valid media type, and are answered with this one. */
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/**
 * GET /openapi/v2: a document that describes nothing, as JSON or as the protobuf message that kubectl asks for. kubectl looks here for
 * kinds that no v3 document has, such as `List` or a version that is not served any more, and skips what it does not find.
 */
export function openApiV2(accept: string): ApiAnswer {
  if (!accept.includes('proto-openapi.spec.v2')) {
    return jsonAnswer(200, { swagger: '2.0', info: { title: TITLE, version: VERSION }, paths: {}, definitions: {} });
  }
  return { status: 200, headers: { 'content-type': PROTOBUF, vary: 'Accept' }, body: document() };
}

/** Models Document of OpenAPIv2.proto in gnostic: swagger (1), info (2), paths (8), definitions (9). */
function document(): Buffer {
  const info = Buffer.concat([field(1, Buffer.from(TITLE)), field(2, Buffer.from(VERSION))]);
  const nothing = Buffer.alloc(0);
  return Buffer.concat([field(1, Buffer.from('2.0')), field(2, info), field(8, nothing), field(9, nothing)]);
}

/** A field of bytes, a text or a message, each shorter than 128 bytes. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
}
