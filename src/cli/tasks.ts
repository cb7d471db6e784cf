import type { Io } from './io.ts';

/** Something that is done and turns out well or not. */
export interface Task {
  title: string;
  /** Answers whether it turned out well. */
  run(): Promise<boolean>;
}

export interface TaskGroup {
  title: string;
  tasks: readonly Task[];
}

/** How many tasks of a group are under way at the same time, unless said otherwise. */
const CONCURRENCY = 2;

/** Carries tasks out and shows how they get on: moving signs on a terminal, a line for each that ended elsewhere. */
export async function runTasks(io: Io, group: TaskGroup, concurrency = CONCURRENCY): Promise<void> {
  await (io.isTerminal ? runOnTerminal(group, concurrency) : runPlainly(io, group, concurrency));
}

async function runOnTerminal({ title, tasks }: TaskGroup, concurrency: number): Promise<void> {
  const { Listr } = await import('listr2');
  const list = new Listr(
    [
      {
        title,
        task: (_context: unknown, handle: { newListr: (tasks: object[], options: object) => object }) =>
          handle.newListr(
            tasks.map((task) => ({ title: task.title, task: () => carryOut(task) })),
            { concurrent: concurrency, exitOnError: false },
          ),
      },
    ] as never[],
    { registerSignalListeners: false, exitOnError: false, rendererOptions: { showErrorMessage: false, collapseErrors: false } },
  );
  await list.run();
}

async function carryOut(task: Task): Promise<void> {
  if (!(await task.run())) throw new Error('not as it should be');
}

async function runPlainly(io: Io, { title, tasks }: TaskGroup, concurrency: number): Promise<void> {
  io.note(io.paint(title, 'strong'));
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      const isFine = await task.run();
      io.note(`  ${io.paint(isFine ? '✔' : '✖', isFine ? 'good' : 'bad')} ${task.title}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
