import type { Io } from './io.ts';

/** Thrown when a person leaves a question with Ctrl-C; counts as an interruption of the command. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** Asks yes or no. To be asked only where somebody is there. */
export async function confirm(message: string, isDefault = false): Promise<boolean> {
  const { default: inquirer } = await import('inquirer');
  const { answer } = await answered(
    inquirer.prompt<{ answer: boolean }>([{ type: 'confirm', name: 'answer', message, default: isDefault }]),
  );
  return answer;
}

export interface Choice<T> {
  name: string;
  value: T;
  description?: string;
}

/** Lets a person choose one of several. */
export async function choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T> {
  const { default: inquirer } = await import('inquirer');
  const listed = choices.map(({ name, description }, value) => ({ name, value, ...(description && { description }) }));
  const { answer } = await answered(
    inquirer.prompt<{ answer: number }>([{ type: 'select', name: 'answer', message, choices: listed, pageSize: 15 }]),
  );
  return choices[answer]!.value;
}

async function answered<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw new Interrupted();
    throw error;
  }
}

/** Whether the command may go on: asked where somebody is there, else only what `--yes` said. */
export async function isAgreed(io: Pick<Io, 'isInteractive'>, isYes: boolean, question: string): Promise<boolean | 'nobody-to-ask'> {
  if (isYes) return true;
  return io.isInteractive ? confirm(question) : 'nobody-to-ask';
}
