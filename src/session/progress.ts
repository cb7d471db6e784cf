import { rm } from 'node:fs/promises';
import { makePrivateFolder } from '../system/files.ts';
import type { LabPaths } from './paths.ts';
import { readVersioned, writeVersioned, type VersionedFormat } from './versioned-file.ts';

/** What a learner has done so far, kept apart from clusters: it outlives `reset` and `stop --delete`. For show only: points are what a check finds. */
export interface Progress {
  version: 1;
  scenarios: Record<string, ScenarioProgress>;
}

export interface ScenarioProgress {
  /** The best result of a check of everything. */
  best?: { earned: number; possible: number; at: string };
  /** When everything passed first; RFC 3339. */
  passedAt?: string;
  /** How many hints were taken. */
  hintsTaken: number;
  /** Points that they cost together. */
  hintCost: number;
  /** Whether the solution was carried out by the kit. */
  isSolutionShown: boolean;
  /** Whether what there is to take away was shown. */
  isDebriefShown?: boolean;
}

const FORMAT: VersionedFormat = {
  version: 1,
  what: 'progress',
  isValid: ({ scenarios }) => typeof scenarios === 'object' && scenarios !== null,
  remedy: 'Type `lab stop --delete --progress` to begin anew, or move that file away.',
};

const NOTHING_YET: ScenarioProgress = { hintsTaken: 0, hintCost: 0, isSolutionShown: false };

export async function readProgress({ progressFile }: LabPaths): Promise<Progress> {
  return (await readVersioned<Progress>(progressFile, FORMAT)) ?? { version: 1, scenarios: {} };
}

export function progressOf(progress: Progress, scenario: string): ScenarioProgress {
  return Object.hasOwn(progress.scenarios, scenario) ? { ...NOTHING_YET, ...progress.scenarios[scenario] } : NOTHING_YET;
}

/** Changes what is remembered of one scenario; answers it as it is now. */
export async function updateProgress(
  paths: LabPaths,
  scenario: string,
  change: (before: ScenarioProgress) => ScenarioProgress,
): Promise<ScenarioProgress> {
  const progress = await readProgress(paths);
  const after = change(progressOf(progress, scenario));
  await makePrivateFolder(paths.home);
  await writeVersioned(paths.progressFile, { ...progress, scenarios: { ...progress.scenarios, [scenario]: after } });
  return after;
}

export async function deleteProgress({ progressFile }: LabPaths): Promise<void> {
  await rm(progressFile, { force: true });
}
