import type { Io } from './io.ts';
import type { Progress } from '../backends/backend.ts';

/** Shows steps as they are carried out: a task with a moving sign on a terminal, plain lines elsewhere. */
export function progressOn(io: Io): Progress {
  return io.isTerminal ? { step: (title, run) => taskStep(title, run) } : { step: (title, run) => plainStep(io, title, run) };
}

async function taskStep<T>(title: string, run: (detail: (text: string) => void) => Promise<T>): Promise<T> {
  const { Listr } = await import('listr2');
  const context: { value?: T } = {};
  const task = {
    title,
    task: async (box: { value?: T }, handle: { output: unknown }) => {
      box.value = await run((text) => (handle.output = text));
    },
  };
  await new Listr([task], { ctx: context, registerSignalListeners: false, rendererOptions: { showErrorMessage: false } }).run();
  return context.value as T;
}

async function plainStep<T>(io: Io, title: string, run: (detail: (text: string) => void) => Promise<T>): Promise<T> {
  io.note(`- ${title}`);
  return run(() => undefined);
}
