import type { World } from './world.ts';

/** Waits until nothing moves any more, and every Job that has ended has been noticed by its run. */
export async function rest(world: World, quietSeconds = 6): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    await world.settle(quietSeconds);
    if (!hasUnnoticedEnd(world)) return;
  }
}

function hasUnnoticedEnd(world: World): boolean {
  const isRunning = (run: string | undefined): boolean =>
    [...world.runs.values()].some(({ metadata, status }) => metadata.name === run && status?.phase === 'Running');
  return world.jobs.some(
    ({ metadata, status }) =>
      (status?.conditions ?? []).some(({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True') &&
      isRunning(metadata.annotations?.['analysisrun.argoproj.io/name']),
  );
}
