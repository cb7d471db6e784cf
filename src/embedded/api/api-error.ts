import type { Status, StatusCause, StatusDetails } from '../../kube/types/meta.ts';
import { goQuote } from '../go-quote.ts';

/** A request that failed, as the Status object the client gets. */
export class ApiError extends Error {
  readonly status: Status & { code: number };

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.name = 'ApiError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason && { reason }),
      ...(details && { details }),
      code,
    };
  }

  get code(): number {
    return this.status.code;
  }

  /** Empty for failures that the server does not classify. */
  get reason(): string {
    return this.status.reason ?? '';
  }
}

/** What an error is about: the resource as GroupResource (`rollouts.argoproj.io`) and the object's name. */
export interface ErrorTarget {
  plural: string;
  group: string;
  name?: string;
}

/** An object of a resource, as errors name it. */
export function targetOf(definition: { plural: string; group: string }, name: string): ErrorTarget & { name: string } {
  return { plural: definition.plural, group: definition.group, name };
}

function detailsOf(target: ErrorTarget): StatusDetails {
  return { ...(target.name && { name: target.name }), ...(target.group && { group: target.group }), kind: target.plural };
}

function qualified(target: ErrorTarget): string {
  return target.group ? `${target.plural}.${target.group}` : target.plural;
}

export function notFound(target: ErrorTarget): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(target)} ${goQuote(target.name ?? '')} not found`, detailsOf(target));
}

/** For a path that nothing serves. */
export function unknownPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(target: ErrorTarget): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualified(target)} "${target.name}" already exists`, detailsOf(target));
}

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(target: ErrorTarget, why: string = MODIFIED): ApiError {
  return new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(target)} "${target.name}": ${why}`, detailsOf(target));
}

/** The object breaks rules of its kind; `cause.message` holds the whole text after the field path, such as `Required value: name or generateName is required`. */
export function invalid(kind: { group: string; kind: string }, name: string, causes: StatusCause[]): ApiError {
  const errors = [...new Set(causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : cause.message)))];
  const list = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  const qualifiedKind = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return new ApiError(422, 'Invalid', `${qualifiedKind} "${name}" is invalid: ${list}`, {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    ...(kind.kind && { kind: kind.kind }),
    causes,
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(target: ErrorTarget, why: string): ApiError {
  const subject = target.name ? `${qualified(target)} "${target.name}"` : qualified(target);
  return new ApiError(403, 'Forbidden', `${subject} is forbidden: ${why}`, detailsOf(target));
}

/** The handler of custom kinds, which names the kind, looks for a verb where the routes of built-in ones look for a method. */
export function methodNotAllowed(definition?: { isBuiltIn: boolean; plural: string; group: string }): ApiError {
  if (definition?.isBuiltIn === false) {
    const target = { plural: definition.plural, group: definition.group };
    return new ApiError(405, 'MethodNotAllowed', ` is not supported on resources of kind "${qualified(target)}"`, detailsOf(target));
  }
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** A list or watch asked for a revision that is not kept any more. */
export function expired(asked: number, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

export function unsupportedMediaType(message: string): ApiError {
  return new ApiError(415, 'UnsupportedMediaType', message);
}

export function tooManyRequests(message: string, details?: StatusDetails): ApiError {
  return new ApiError(429, 'TooManyRequests', message, details);
}

/** An error that the server does not classify: 500 without a reason. */
export function unclassified(message: string): ApiError {
  return new ApiError(500, '', message);
}
