import { SessionError } from '../errors.ts';
import { readIfThere, replaceFile } from '../system/files.ts';

/** A JSON file of ours that says which version of its format it is in. */
export interface VersionedFormat {
  version: number;
  /** What it is, for messages, such as `session`. */
  what: string;
  /** Whether parsed JSON is of this format, its version aside. */
  isValid(value: Record<string, unknown>): boolean;
  /** What to do about a file that cannot be used. */
  remedy: string;
}

/** Reads the file; undefined when there is none. Rejects with a SessionError when it is damaged or of another version. */
export async function readVersioned<T extends { version: number }>(path: string, format: VersionedFormat): Promise<T | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (typeof value?.['version'] === 'number' && value['version'] !== format.version) {
    const whose = value['version'] > format.version ? 'a newer' : 'an older';
    throw new SessionError(`the ${format.what} in ${path} was written by ${whose} version of lab`, { hint: format.remedy });
  }
  if (!value || value['version'] !== format.version || !format.isValid(value)) {
    throw new SessionError(`the ${format.what} in ${path} is damaged`, { hint: format.remedy });
  }
  return value as unknown as T;
}

/** Replaces the file as a whole, readable for its owner only. */
export async function writeVersioned<T extends { version: number }>(path: string, value: T): Promise<void> {
  await replaceFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
