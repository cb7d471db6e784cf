import { isatty } from 'node:tty';
import { styleText } from 'node:util';
import type { Tone } from '../kube/rollout-view/tree-node.ts';
import type { ProcessControl } from '../system/processes.ts';

/** The terminal, the environment and the process, as everything else sees them. */
export interface Io {
  /** Prints a line, or several. */
  line(text?: string): void;
  /** Prints exactly this. */
  write(text: string): void;
  /** Prints a line to standard error. */
  note(text: string): void;
  /** Whether someone sits there who can be asked. */
  isInteractive: boolean;
  /** Whether what is printed goes to a terminal. */
  isTerminal: boolean;
  /** Width of the terminal in characters. */
  columns: number;
  /** Colours a word by what it means; leaves it alone where colours are unwanted. */
  paint(text: string, tone: Tone | 'strong' | 'faint'): string;
  /** Leaves colours out from now on. */
  dropColors(): void;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  processes: ProcessControl;
  nodeVersion: string;
  platform: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs the task when the command is interrupted, before the process ends; answers how to take that back. */
  onInterrupt(task: () => Promise<void> | void): () => void;
  /** Carries out what was left with `onInterrupt`, newest first. */
  interrupt(): Promise<void>;
}

const STYLES = {
  good: 'green',
  bad: 'red',
  busy: 'blueBright',
  waiting: 'yellow',
  strong: 'bold',
  faint: 'dim',
} as const;

/** The real one. */
export function processIo(): Io {
  const { stdout, stderr, env } = process;
  const isTerminal = isatty(1);
  let hasColors = wantsColors(env, isTerminal);
  const tasks: (() => Promise<void> | void)[] = [];
  return {
    line: (text = '') => void stdout.write(`${text}\n`),
    write: (text) => void stdout.write(text),
    note: (text) => void stderr.write(`${text}\n`),
    isInteractive: isatty(0) && isTerminal,
    isTerminal,
    columns: stdout.columns || 100,
    paint: (text, tone) => (hasColors && tone !== undefined && text !== '' ? styleText(STYLES[tone], text) : text),
    dropColors: () => {
      hasColors = false;
    },
    env,
    cwd: process.cwd(),
    processes: { pid: process.pid, nodePath: process.execPath, signal: signalProcess },
    nodeVersion: process.versions.node,
    platform: process.platform,
    now: Date.now,
    onInterrupt: (task) => {
      tasks.push(task);
      return () => {
        const index = tasks.lastIndexOf(task);
        if (index >= 0) tasks.splice(index, 1);
      };
    },
    interrupt: async () => {
      for (let task = tasks.pop(); task; task = tasks.pop()) await task();
    },
  };
}

/** NO_COLOR and dumb terminals are honoured, FORCE_COLOR as well; elsewhere a terminal has colours and a file has none. */
export function wantsColors(env: Io['env'], isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}

function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
