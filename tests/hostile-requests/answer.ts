import type { RawAnswer } from './raw-http.ts';

/** What is compared of an answer: of good ones only that they are good, of others everything a client can see. */
export interface HostileAnswer {
  status: number;
  contentType: string;
  /** A Status without its kind; of other failures the text. */
  failure?: unknown;
}

/** Longer ones are kept only in part. */
const LONG_STATUS = 4000;

/** The answer without what differs between any two clusters. */
export function comparable({ status, contentType, body }: RawAnswer): HostileAnswer {
  const type = contentType.split(';')[0]!;
  if (status < 400 || body === '') return { status, contentType: type };
  return { status, contentType: type, failure: type === 'application/json' ? statusOf(body) : body.slice(0, 300) };
}

function statusOf(body: string): unknown {
  const { message, reason, details, code } = JSON.parse(body) as Record<string, unknown>;
  const text = normalise(JSON.stringify({ code, reason, message, details }));
  const failure = JSON.parse(text) as Record<string, unknown>;
  return text.length > LONG_STATUS ? { code, reason, message: String(failure['message']).slice(0, 300) } : failure;
}

function normalise(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/current: \d+/g, 'current: <revision>')
    .replace(/Invalid value: \\"\{.*?\}\\": /g, 'Invalid value: <object>: ');
}
