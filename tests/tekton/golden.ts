import { readFile, writeFile } from 'node:fs/promises';
import type { TektonHistory } from './tekton-history.ts';

const fileOf = (id: string): string => new URL(`golden/${id}.json`, import.meta.url).pathname;

/** What the real Tekton Pipelines did; undefined when that was not recorded. */
export async function readGolden<T = TektonHistory>(id: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(id), 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeGolden(id: string, value: unknown): Promise<void> {
  await writeFile(fileOf(id), `${JSON.stringify(value, null, 2)}\n`);
}
