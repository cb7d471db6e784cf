import { ApiError, badRequest } from './api-error.ts';
import { JsonSyntaxError, readJson } from './json-reader.ts';

/** Where a list goes on: in the state of which revision, after which `namespace/name`. */
export interface ListPosition {
  /** -1 for the newest state: the list is then no longer of one moment. */
  revision: number;
  after: string;
}

const API_VERSION = 'meta.k8s.io/v1';

/** The opaque token for the rest of a list. Models apiserver storage/continue.go. */
export function encodeContinue({ revision, after }: ListPosition): string {
  return Buffer.from(JSON.stringify({ v: API_VERSION, rv: revision, start: `${after}\u0000` })).toString('base64url');
}

/** Reads a token; throws 400, in the server's words, for one that this server never gave out. */
export function decodeContinue(token: string): ListPosition {
  const { v, rv, start } = readToken(token);
  if (v !== API_VERSION) throw unreadable(`server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`);
  if (typeof rv !== 'number' || rv === 0) throw unreadable(`incorrect encoded start resourceVersion (version ${API_VERSION})`);
  if (typeof start !== 'string' || start === '') throw unreadable(`encoded start key empty (version ${API_VERSION})`);
  if (/(^|\/)\.\.(\/|$)/.test(start)) throw unreadable(start);
  return { revision: rv, after: start.replace(/\u0000$/, '') };
}

function readToken(token: string): Record<string, unknown> {
  const illegal = /[^-_A-Za-z0-9]/.exec(token);
  if (illegal) throw unreadable(`illegal base64 data at input byte ${illegal.index}`);
  try {
    const { value } = readJson(Buffer.from(token, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw unreadable(error.message);
    throw error;
  }
}

function unreadable(why: string): ApiError {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

/** The state that a token goes on in is not kept any more; the error carries a token for the rest as it is now. */
export function continueExpired(position: ListPosition): ApiError {
  const error = new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  error.status.metadata.continue = encodeContinue({ revision: -1, after: position.after });
  return error;
}
