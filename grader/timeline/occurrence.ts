import type { JournalEntry } from '../ports.ts';
import type { Evidence } from '../report.ts';
import { at } from '../verdict.ts';

/** One time that an event of a timeline happened. */
export interface Occurrence {
  atMs: number;
  /** Such as `services lab/shop-active`. */
  object: string;
  /** What was written, in words. */
  text: string;
  /** The program that wrote it. */
  program: string;
  user: string;
}

export function occurrenceOf(entry: JournalEntry, text: string): Occurrence {
  const object = `${entry.resource} ${entry.namespace ? `${entry.namespace}/` : ''}${entry.name}`;
  return { atMs: entry.atMs, object, text, program: entry.program, user: entry.user };
}

export function toEvidence({ atMs, object, text, program, user }: Occurrence): Evidence {
  return { kind: 'write', at: at(atMs), object, text: `${text}, written by ${program} (${user})` };
}
