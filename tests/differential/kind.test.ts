import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKindKit, RealCluster } from '../rollout-world/kind-kit.ts';
import { World } from '../rollout-world/world.ts';
import { programsOf } from './arbitrary-program.ts';
import { areAlike } from './comparable.ts';
import { describeProgram, type Program } from './program.ts';
import { idOf, writeRecording } from './recordings.ts';
import { runEmbedded } from './run-embedded.ts';
import { runProgram, type Observation } from './run-program.ts';
import { shorten } from './shorten.ts';

/**
 * Random programs on a real cluster and on the embedded one. What the real one did becomes a recording with DIFFERENTIAL_RECORD=1, and
 * always when the two differ: of the shortest program that still does.
 */
const { DIFFERENTIAL_COUNT: count = '20', DIFFERENTIAL_SEED: seed = '1', DIFFERENTIAL_RECORD: record } = process.env;
const programs = programsOf({ count: Number(count), seed: Number(seed) });
/** How often a real cluster is asked before it counts as of another opinion. */
const RUNS = 3;
const kit = findKindKit(process.env);

let real: RealCluster;
let opened = 0;

beforeAll(async () => {
  if (kit) real = await RealCluster.provide('differential', kit);
}, 600_000);

afterAll(async () => {
  if (kit) await real.release();
}, 120_000);

describe.runIf(kit)(`random programs of seed ${seed} on both clusters`, { concurrent: true, timeout: 1_800_000 }, () => {
  for (const program of programs) {
    it(`${idOf(program)} ${describeProgram(program)}`, async () => {
      const { observed, seen } = await compare(program);
      if (record) await writeRecording({ program, observed });
      if (isAmong(observed, seen)) return;
      const found = await shortestThatDiffers(program, { observed, seen });
      await writeRecording({ program: found.program, observed: found.observed });
      expect(found.seen, describeProgram(found.program)).toEqual(found.observed[0]);
    });
  }
});

/** The program itself where the shorter one has come to agree. */
async function shortestThatDiffers(program: Program, first: Comparison): Promise<Comparison & { program: Program }> {
  const shortest = await shorten(program, differs);
  const last = await compare(shortest);
  return isAmong(last.observed, last.seen) ? { program, ...first } : { program: shortest, ...last };
}

async function differs(program: Program): Promise<boolean> {
  const { observed, seen } = await compare(program);
  return !isAmong(observed, seen);
}

interface Comparison {
  observed: Observation[];
  seen: Observation;
}

/** What the real cluster did, run again while it is of another opinion than the embedded one; and what that did. */
async function compare(program: Program): Promise<Comparison> {
  const seen = await runEmbedded(program);
  const observed: Observation[] = [];
  for (let run = 0; run < RUNS && !isAmong(observed, seen); run += 1) {
    const now = await runReal(program);
    if (!isAmong(observed, now)) observed.push(now);
  }
  return { observed, seen };
}

async function runReal(program: Program): Promise<Observation> {
  const world = await World.open(real.cluster, `p${(opened += 1)}-${idOf(program)}-${Date.now().toString(36)}`);
  try {
    return await runProgram(world, program);
  } finally {
    await world.close();
  }
}

function isAmong(observed: Observation[], one: Observation): boolean {
  return observed.some((other) => areAlike(other, one));
}
