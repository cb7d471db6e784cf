import { describe, expect, it } from 'vitest';
import { programsOf } from './arbitrary-program.ts';
import { areAlike, comparable } from './comparable.ts';
import { describeProgram } from './program.ts';
import { idOf, readRecordings } from './recordings.ts';
import { runEmbedded } from './run-embedded.ts';

const recordings = await readRecordings();

describe('random programs, held to what the real controllers did with them', () => {
  it.each(recordings.map((recording) => [idOf(recording.program), describeProgram(recording.program), recording] as const))(
    '%s %s',
    async (_id, _title, { program, observed }) => {
      const seen = await runEmbedded(program);
      if (!observed.some((one) => areAlike(one, seen))) expect(comparable(seen)).toEqual(comparable(observed[0]!));
    },
  );

  it('are the same ones for the same seed', () => {
    const ids = (seed: number): string[] => programsOf({ count: 20, seed }).map(idOf);
    expect(ids(7)).toEqual(ids(7));
    expect(ids(7)).not.toEqual(ids(8));
  });
});
