import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { Program } from './program.ts';
import type { Observation } from './run-program.ts';

const FOLDER = new URL('recordings/', import.meta.url);

/** A program, and what the real controllers did with it. */
export interface Recording {
  program: Program;
  /** What was observed in each run on a real cluster; more than one where it does not agree with itself. */
  observed: Observation[];
}

/** Short, the same for the same program, and usable as the name of a file and a namespace. */
export function idOf(program: Program): string {
  return createHash('sha256').update(JSON.stringify(program)).digest('hex').slice(0, 10);
}

export async function readRecordings(): Promise<Recording[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(new URL(name, FOLDER), 'utf8')) as Recording));
}

export async function writeRecording(recording: Recording): Promise<void> {
  await writeFile(new URL(`${idOf(recording.program)}.json`, FOLDER), `${JSON.stringify(recording, null, 1)}\n`);
}
