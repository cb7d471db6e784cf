import { readFile, writeFile } from 'node:fs/promises';
import type { History } from '../rollout-world/history.ts';
import type { Vector } from './vector.ts';

const fileOf = ({ id }: Vector): string => new URL(`golden/${id}.json`, import.meta.url).pathname;

/** What the real controllers did; undefined when that was not recorded. */
export async function readGolden(vector: Vector): Promise<History | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(vector), 'utf8')) as History;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeGolden(vector: Vector, history: History): Promise<void> {
  await writeFile(fileOf(vector), `${JSON.stringify(history, null, 2)}\n`);
}

/** The parts of a history that are the same in every run of a vector. */
export function comparable({ varies }: Vector, history: History): Partial<History> {
  const parts = Object.entries(history).filter(([part]) => !varies?.parts.includes(part as keyof History));
  return Object.fromEntries(parts);
}
