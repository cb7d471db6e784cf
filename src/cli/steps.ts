import type { Io } from './io.ts';
import type { Progress, Step } from '../backends/backend.ts';

/** Where there is no terminal, what goes on in a step is told no more often than this. */
const DETAIL_EVERY_MS = 15_000;

/** Shows steps as they are carried out: tasks with a moving sign and a line of detail on a terminal, plain lines elsewhere. */
export function progressOn(io: Io): Progress {
  const show = io.isTerminal ? showTasks : (steps: readonly Step[]) => showLines(io, steps);
  return {
    step: async (title, run) => {
      const box: { value?: Awaited<ReturnType<typeof run>> } = {};
      await show([{ title, run: async (detail) => void (box.value = await run(detail)) }]);
      return box.value as Awaited<ReturnType<typeof run>>;
    },
    together: show,
  };
}

/** Carries the steps out side by side; an error is told by whoever catches it, once all have ended. */
async function showTasks(steps: readonly Step[]): Promise<void> {
  const { Listr } = await import('listr2');
  const outcomes: Promise<void>[] = [];
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: (_context: unknown, handle: { output: unknown }) => {
      const outcome = run((text) => (handle.output = text));
      outcomes.push(outcome);
      return outcome;
    },
  }));
  await new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: { showErrorMessage: false, collapseErrors: false },
  }).run();
  await firstFailure(outcomes);
}

async function showLines(io: Io, steps: readonly Step[]): Promise<void> {
  await firstFailure(
    steps.map(({ title, run }) => {
      io.note(`- ${title}`);
      let toldMs = io.now();
      return run((text) => {
        if (io.now() - toldMs < DETAIL_EVERY_MS) return;
        toldMs = io.now();
        io.note(`  ${title}: ${text}`);
      });
    }),
  );
}

/** Waits until all have ended; rejects with the error of the one that failed first. */
async function firstFailure(outcomes: readonly Promise<void>[]): Promise<void> {
  let first: { error: unknown } | undefined;
  await Promise.all(outcomes.map((outcome) => outcome.catch((error: unknown) => void (first ??= { error }))));
  if (first) throw first.error;
}
