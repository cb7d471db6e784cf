import type { KubeObject } from '../../kube/types/meta.ts';
import { ApiError } from '../api/api-error.ts';
import { LogWriteError } from '../store/store-log.ts';
import type { ApiAnswer } from './api-call.ts';

const jsonTexts = new WeakMap<KubeObject, string>();

/** A stored object as JSON; written once, since stored objects never change. */
export function jsonOfStored(object: KubeObject): string {
  if (!Object.isFrozen(object)) return JSON.stringify(object);
  let text = jsonTexts.get(object);
  if (text === undefined) jsonTexts.set(object, (text = JSON.stringify(object)));
  return text;
}

export function jsonAnswer(status: number, value: unknown): ApiAnswer {
  return jsonTextAnswer(status, JSON.stringify(value));
}

export function jsonTextAnswer(status: number, text: string): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: text };
}

export function textAnswer(status: number, text: string): ApiAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}

/** A failure that the server tells in plain text, since it comes before anything that knows of Status objects. */
export class PlainTextError extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** What the server says of a path below which there is nothing at all. */
export function pageNotFound(): ApiAnswer {
  return textAnswer(404, '404 page not found\n');
}

/** Any failure as an answer: a Status, and never a stack trace. What was not expected is told to `report`. */
export function errorAnswer(error: unknown, report: (error: unknown) => void): ApiAnswer {
  if (error instanceof PlainTextError) return textAnswer(error.status, error.message);
  const known = asApiError(error);
  if (!known) report(error);
  const { status } = known ?? internalError('the server met with a problem of its own');
  const answer = jsonAnswer(status.code, status);
  const retryAfter = status.details?.retryAfterSeconds;
  if (retryAfter !== undefined) answer.headers['retry-after'] = String(retryAfter);
  return answer;
}

function asApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  return error instanceof LogWriteError ? internalError(error.message) : undefined;
}

function internalError(message: string): ApiError {
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** The Warning header of a message. Models apimachinery util/net NewWarningHeader. */
export function warningHeader(message: string): string {
  const plain = message.replace(/[\u0000-\u001f\u007f]+/g, ' ').replace(/[\\"]/g, '\\$&');
  return `299 - "${plain}"`;
}
