import { cloneJson, equalJson, setOwn } from '../../system/json.ts';
import { ApiError, badRequest } from '../api/api-error.ts';
import { isPlainObject } from './plain-object.ts';

const MOST_OPERATIONS = 10_000;

/** An operation that cannot be carried out. The server doesn't tell the client why. */
class OperationFailed extends Error {}

type Container = Record<string, unknown> | unknown[];

/**
 * The document after a JSON Patch (RFC 6902); the original stays as it is. Throws ApiError: 400 for what is no patch, 413 for too many operations,
 * 422 for an operation that fails. Where the RFC and the server differ, the server is followed: replacing an absent key of an object
 * adds it, an absent key passes a test for null, and negative indexes count from the end. Models evanphx/json-patch v4.
 */
export function applyJsonPatch(original: Record<string, unknown>, operations: unknown): Record<string, unknown> {
  refuseMalformed(operations);
  const document = { root: cloneJson(original) as unknown };
  try {
    for (const operation of operations) carryOut(document, operation);
    if (!isPlainObject(document.root)) throw new OperationFailed('the document is no object any more');
    return document.root;
  } catch (error) {
    if (!(error instanceof OperationFailed)) throw error;
    throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
}

interface Operation {
  op?: string;
  path?: string;
  from?: string;
  value?: unknown;
}

function refuseMalformed(operations: unknown): asserts operations is Operation[] {
  if (!Array.isArray(operations)) throw malformed(`${jsonKind(operations)} into Go value of type []handlers.jsonPatchOp`);
  for (const operation of operations as unknown[]) {
    if (operation === null) continue;
    if (!isPlainObject(operation)) throw malformed(`${jsonKind(operation)} into Go value of type handlers.jsonPatchOp`);
    for (const field of ['op', 'path', 'from']) {
      const value = Object.hasOwn(operation, field) ? operation[field] : undefined;
      if (value !== undefined && value !== null && typeof value !== 'string') {
        throw malformed(`${jsonKind(value)} into Go struct field jsonPatchOp.${field} of type string`);
      }
    }
  }
  if (operations.length > MOST_OPERATIONS) {
    const message = `Request entity too large: The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${operations.length}`;
    throw new ApiError(413, 'RequestEntityTooLarge', message);
  }
}

function malformed(what: string): ApiError {
  return badRequest(`error decoding patch: json: cannot unmarshal ${what}`);
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function carryOut(document: { root: unknown }, operation: Operation | null): void {
  const { op, path, from, value } = operation ?? {};
  if (typeof path !== 'string') throw new OperationFailed('no path');
  switch (op) {
    case 'add':
      addAt(document, path, cloneJson(value ?? null));
      return;
    case 'remove':
      removeAt(document, path);
      return;
    case 'replace':
      replaceAt(document, path, cloneJson(value ?? null));
      return;
    case 'test':
      if (!equalJson(readAt(document, path, true) ?? null, value ?? null)) throw new OperationFailed('test failed');
      return;
    case 'copy':
      addAt(document, path, cloneJson(readAt(document, requireFrom(from), false)));
      return;
    case 'move': {
      const moved = readAt(document, requireFrom(from), false);
      removeAt(document, from!);
      addAt(document, path, moved);
      return;
    }
    default:
      throw new OperationFailed(`unknown operation ${op}`);
  }
}

function requireFrom(from: string | undefined): string {
  if (typeof from !== 'string') throw new OperationFailed('no from');
  return from;
}

/** The container that a path leads to, and the last key of the path. Whatever stands before the first slash is ignored, as the server does. */
function find(document: { root: unknown }, path: string): { container: Container; key: string } {
  const keys = path.split('/').slice(1).map(decodeKey);
  const key = keys.pop();
  if (key === undefined) throw new OperationFailed('the whole document');
  let container = document.root as Container;
  for (const step of keys) {
    const next = childOf(container, step);
    if (typeof next !== 'object' || next === null) throw new OperationFailed(`nothing at ${path}`);
    container = next as Container;
  }
  return { container, key };
}

function decodeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function childOf(container: Container, key: string): unknown {
  if (Array.isArray(container)) return container[indexOf(container, key, container.length)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

/** A key as a place in a list; `size` is one more than the last place allowed. */
function indexOf(list: unknown[], key: string, size: number): number {
  if (!/^[-+]?\d+$/.test(key)) throw new OperationFailed(`${key} is no index`);
  const index = Number(key);
  const place = index < 0 ? index + size : index;
  if (place < 0 || place >= size || list.length > MOST_ITEMS) throw new OperationFailed(`${key} is out of the list`);
  return place;
}

const MOST_ITEMS = 1_000_000;

function readAt(document: { root: unknown }, path: string, mayBeAbsent: boolean): unknown {
  if (path === '') return document.root;
  const { container, key } = find(document, path);
  const value = childOf(container, key);
  if (value === undefined && !mayBeAbsent) throw new OperationFailed(`nothing at ${path}`);
  return value;
}

function addAt(document: { root: unknown }, path: string, value: unknown): void {
  const { container, key } = find(document, path);
  if (!Array.isArray(container)) setOwn(container, key, value);
  else container.splice(key === '-' ? container.length : indexOf(container, key, container.length + 1), 0, value);
}

function removeAt(document: { root: unknown }, path: string): void {
  const { container, key } = find(document, path);
  if (Array.isArray(container)) container.splice(indexOf(container, key, container.length), 1);
  else if (Object.hasOwn(container, key)) delete container[key];
  else throw new OperationFailed(`nothing at ${path}`);
}

function replaceAt(document: { root: unknown }, path: string, value: unknown): void {
  if (path === '') {
    document.root = value;
    return;
  }
  const { container, key } = find(document, path);
  if (Array.isArray(container)) container[indexOf(container, key, container.length)] = value;
  else setOwn(container, key, value);
}
