import type { Pod } from '../../kube/types/core.ts';
import { ApiError, badRequest } from '../api/api-error.ts';
import type { PodCommand, PodCommands, RunningPodCommand } from '../api/pod-ports.ts';
import type { ApiCall } from './api-call.ts';
import { containerOf } from './pod-log-query.ts';
import { Channel, channelMessage, endSession, internalError, REMOTE_COMMAND_PROTOCOLS } from './remote-command.ts';
import { isTrue } from './request-info.ts';
import { requireWebSocket } from './require-web-socket.ts';
import type { WebSocketListener, WebSocketPeer, WebSocketSession } from './web-socket.ts';

/**
 * What GET pods/x/exec asks for, as a session over a WebSocket; throws ApiError when it cannot begin. As with the real server, a
 * container that does not run and a program that there is not are reported over the session.
 */
export function openExec(call: ApiCall, query: URLSearchParams, pod: Pod, commands: PodCommands): WebSocketSession {
  const command = readCommand(pod, query);
  const protocol = requireWebSocket(call, 'exec', REMOTE_COMMAND_PROTOCOLS);
  return { protocol, open: (peer) => converse(commands, pod, command, wanted(query), peer) };
}

function readCommand(pod: Pod, query: URLSearchParams): PodCommand {
  const container = containerOf(pod, query.get('container') ?? '');
  const argv = query.getAll('command');
  if (argv.length === 0) throw badRequest('you must specify at least one command for the container');
  return { container, argv, hasStdin: isTrue(query.get('stdin')), hasTty: isTrue(query.get('tty')) };
}

interface WantedOutput {
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

function wanted(query: URLSearchParams): WantedOutput {
  return { stdout: isTrue(query.get('stdout')), stderr: isTrue(query.get('stderr')), tty: isTrue(query.get('tty')) };
}

function converse(commands: PodCommands, pod: Pod, command: PodCommand, output: WantedOutput, peer: WebSocketPeer): WebSocketListener {
  let running: RunningPodCommand | undefined;
  let isOver = false;
  const finish = (status: object): void => {
    isOver = true;
    endSession(peer, status);
  };
  const write = (stream: 'stdout' | 'stderr', bytes: string): void => {
    // Why: a terminal has one output.
    const channel = output.tty || stream === 'stdout' ? Channel.stdout : Channel.stderr;
    if (channel === Channel.stdout ? output.stdout : output.stderr) peer.send(channelMessage(channel, Buffer.from(bytes, 'latin1')));
  };
  try {
    running = commands.run(pod, command, {
      output: write,
      end: (code, problem) => finish(problem === undefined ? statusOf(code) : internalError(problem)),
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    finish(internalError(error.message));
  }
  return {
    message: (received) => {
      if (isOver || !running) return;
      if (received[0] === Channel.stdin && received.length > 1) running.writeStdin(received.subarray(1).toString('latin1'));
      else if (received[0] === Channel.close && received[1] === Channel.stdin) running.closeStdin();
    },
    gone: () => {
      if (!isOver) running?.cancel();
      isOver = true;
    },
  };
}

/** Models kubelet cri/streaming/remotecommand/exec.go. */
function statusOf(exitCode: number): object {
  if (exitCode === 0) return { status: 'Success' };
  return {
    status: 'Failure',
    message: `command terminated with non-zero exit code: error executing command in container: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
