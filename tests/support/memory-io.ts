import type { Io } from '../../src/cli/io.ts';

/** A terminal that only remembers. */
export interface MemoryIo extends Io {
  /** What was printed, and what was noted. */
  out: string;
  err: string;
}

export function memoryIo(over: Partial<Io> = {}): MemoryIo {
  const tasks: (() => Promise<void> | void)[] = [];
  const io: MemoryIo = {
    out: '',
    err: '',
    line: (text = '') => void (io.out += `${text}\n`),
    write: (text) => void (io.out += text),
    note: (text) => void (io.err += `${text}\n`),
    isInteractive: false,
    isTerminal: false,
    columns: 80,
    paint: (text) => text,
    dropColors: () => undefined,
    env: {},
    cwd: '/',
    processes: { pid: process.pid, nodePath: process.execPath, signal: () => false },
    nodeVersion: '20.20.2',
    platform: 'linux',
    now: () => Date.UTC(2026, 10, 24),
    onInterrupt: (task) => {
      tasks.push(task);
      return () => void tasks.splice(tasks.indexOf(task), 1);
    },
    interrupt: async () => {
      for (const task of tasks) await task();
    },
    ...over,
  };
  return io;
}
