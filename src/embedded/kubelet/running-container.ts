import type { FileSpec, ProcessEnd, ProcessHooks, ProcessSpec, SandboxProcess } from '../shell/container-process.ts';

/** A command to be run beside a container's own. */
export interface ExecSpec {
  argv: readonly string[];
  hasStdin?: boolean;
  hasTty?: boolean;
  carriesBytes?: boolean;
}

/** The processes of one run of a container. */
export interface RunningContainer {
  /** Nothing is known of its program: probes would be pointless. */
  readonly isSilent?: boolean;
  /** The container has a file system of its own, in which it may have left something. */
  readonly hasFiles: boolean;
  /** SIGTERM to the container's own process. */
  terminate(): void;
  /** SIGKILL to all of them. */
  kill(): void;
  /** Runs another command in the container. */
  exec(spec: ExecSpec, hooks: ProcessHooks): SandboxProcess;
  /** Brings mounted files up to date. */
  updateFiles(files: Readonly<Record<string, FileSpec>>): void;
  /** The files at or below a path, by absolute path; none where the container has no file system of its own. */
  readFiles(path: string): Promise<Readonly<Record<string, FileSpec>>>;
  /** Gives back what the container used; nothing is heard of it afterwards. */
  dispose(): void;
}

/** How a container is to be started. */
export interface ContainerLaunch {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  workingDirectory: string;
  hostname: string;
  user: number;
  files: Readonly<Record<string, FileSpec>>;
  directories: readonly string[];
  readOnlyPaths: readonly string[];
  memoryMb: number;
  /** When the container started: earlier than now when its cluster was restarted around it. */
  startedAtMs: number;
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  /** Called once, unless the container is disposed of. */
  onEnd(end: ProcessEnd): void;
}

/** A command as a process of the container; one with a terminal is told which kind it is, as containerd does. */
export function processOf(
  launch: ContainerLaunch,
  { argv, hasStdin = false, hasTty = false, carriesBytes = false }: ExecSpec,
): ProcessSpec {
  const { env, workingDirectory, hostname, user } = launch;
  return { argv, env: hasTty ? { TERM: 'xterm', ...env } : env, workingDirectory, hostname, user, hasStdin, hasTty, carriesBytes };
}
