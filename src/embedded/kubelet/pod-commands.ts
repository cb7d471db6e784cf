import { randomBytes } from 'node:crypto';
import { unclassified } from '../api/api-error.ts';
import type { PodCommand, PodCommandSink, RunningPodCommand } from '../api/pod-ports.ts';
import type { PodRecord } from './pod-record.ts';

/** Runs a command in a container that runs; throws ApiError when it does not. Models the kubelet's exec endpoint. */
export function runPodCommand(record: PodRecord | undefined, command: PodCommand, sink: PodCommandSink): RunningPodCommand {
  const { container, argv, hasStdin, hasTty } = command;
  const process = record?.slots.find(({ name }) => name === container)?.process;
  if (!process) throw unclassified(`unable to upgrade connection: container not found (${JSON.stringify(container)})`);
  let isOver = false;
  const running = process.exec(
    { argv, hasStdin, hasTty, carriesBytes: true },
    {
      onOutput: (stream, bytes) => {
        if (!isOver) sink.output(stream, bytes);
      },
      onEnd: (end) => {
        if (isOver) return;
        isOver = true;
        if (end.kind === 'cannot-simulate') sink.end(1, `the sandbox cannot simulate that: ${end.message}`);
        else if (end.kind === 'not-started') sink.end(1, startProblem(end.problem));
        else sink.end(end.code);
      },
    },
  );
  return {
    writeStdin: (bytes) => running.writeStdin(bytes),
    closeStdin: () => running.closeStdin(),
    cancel: () => {
      isOver = true;
      running.signal('SIGKILL');
    },
  };
}

/** In the words of the container runtime, and, as kubectl shows it, of the kubelet and of the API server that asked it. */
function startProblem(problem: string): string {
  const exec = `failed to start exec "${randomBytes(32).toString('hex')}"`;
  const runtime = `OCI runtime exec failed: exec failed: unable to start container process: ${problem}: unknown`;
  return `Internal error occurred: error executing command in container: failed to exec in container: ${exec}: ${runtime}`;
}
