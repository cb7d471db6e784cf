import type { Pod } from '../../kube/types/core.ts';
import type { Cancel } from '../../system/clock.ts';

/** Which part of a container's log is wanted. */
export interface PodLogOptions {
  /** The container exists in the pod's spec. */
  container: string;
  /** Goes on with what the container writes from now on. */
  follow: boolean;
  /** Of the container's last run before the present one. */
  previous: boolean;
  timestamps: boolean;
  tailLines?: number;
  sinceSeconds?: number;
  /** Milliseconds since the epoch. */
  sinceTimeMs?: number;
  limitBytes?: number;
}

/** Takes a log as it is read. */
export interface PodLogSink {
  text(chunk: string): void;
  /** There is nothing more; not called after a cancel. */
  end(): void;
}

/** The logs of containers, as the kubelet keeps them. */
export interface PodLogs {
  /**
   * Opens a container's log; throws ApiError when there is none (400 `container "c" in pod "p" is waiting to start: …`).
   * What is returned begins to read: it gives the sink what there is at once, and ends it unless the log is followed.
   */
  open(pod: Pod, options: PodLogOptions): (sink: PodLogSink) => Cancel;
}

/** A command to run in a container. */
export interface PodCommand {
  container: string;
  argv: readonly string[];
  hasStdin: boolean;
  hasTty: boolean;
}

export interface PodCommandSink {
  /** Each character stands for a byte, its code being 0 to 255. */
  output(stream: 'stdout' | 'stderr', bytes: string): void;
  /** The command has ended, or could not be run; `problem` then says why. */
  end(exitCode: number, problem?: string): void;
}

/** A command that runs. */
export interface RunningPodCommand {
  /** Each character stands for a byte, its code being 0 to 255. */
  writeStdin(bytes: string): void;
  closeStdin(): void;
  cancel(): void;
}

/** Runs commands in containers. */
export interface PodCommands {
  /** Throws ApiError when the container does not run. */
  run(pod: Pod, command: PodCommand, sink: PodCommandSink): RunningPodCommand;
}
