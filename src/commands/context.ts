import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '../backends/backend.ts';
import type { MachineExamination } from '../backends/detect.ts';
import type { Io } from '../cli/io.ts';
import type { Course } from '../scenarios/course.ts';
import { takeLock } from '../session/lock.ts';
import { findLabPaths, type LabPaths } from '../session/paths.ts';
import { examineKind, loadBackend, type BackendFlags } from './load-backend.ts';

/** How long a command waits for another one that changes the lab. */
const LOCK_WAIT_MS = 5_000;

/** What every command gets. */
export interface CommandContext {
  io: Io;
  paths: LabPaths;
  course: Course;
  /** Where lab is installed. */
  installFolder: string;
  isVerbose: boolean;
  /** The command line as it was typed, such as `lab start scenario-1`. */
  commandLine: string;
  /** The kind of cluster of that name. */
  loadBackend(name: string, flags?: BackendFlags): Promise<Backend>;
  /** Whether a kind cluster can be made on this machine. */
  examineKind(flags?: BackendFlags): Promise<MachineExamination>;
  /** Runs while no other command changes the lab; inside itself it just runs. */
  alone<T>(run: () => Promise<T>): Promise<T>;
}

export interface ContextOptions {
  installFolder: string;
  isVerbose: boolean;
  commandLine: string;
}

/** Finds the places of the lab and of the course. */
export async function createContext(io: Io, { installFolder, isVerbose, commandLine }: ContextOptions): Promise<CommandContext> {
  const paths = await findLabPaths({ cwd: io.cwd, installFolder, env: io.env });
  let isAlone = false;
  const alone = async <T>(run: () => Promise<T>): Promise<T> => {
    if (isAlone) return run();
    const release = await takeLock(paths, {
      pid: io.processes.pid,
      command: commandLine,
      waitMs: LOCK_WAIT_MS,
      onWait: (message) => io.note(message),
    });
    const forget = io.onInterrupt(release);
    isAlone = true;
    try {
      return await run();
    } finally {
      isAlone = false;
      forget();
      await release();
    }
  };
  return {
    io,
    paths,
    course: { root: io.env['LAB_COURSE'] || installFolder },
    installFolder,
    isVerbose,
    commandLine,
    loadBackend: (name, flags) => loadBackend(name, { io, paths, installFolder }, flags),
    examineKind: (flags) => examineKind({ io, paths }, flags),
    alone,
  };
}

/** The version of lab, from its package. */
export async function readVersion(installFolder: string): Promise<string> {
  return (JSON.parse(await readFile(join(installFolder, 'package.json'), 'utf8')) as { version: string }).version;
}
