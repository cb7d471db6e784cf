import { StringDecoder } from 'node:string_decoder';
import type { Pod } from '../../kube/types/core.ts';
import { ApiError, badRequest } from '../api/api-error.ts';
import type { PodCommand, PodCommands, RunningPodCommand } from '../api/pod-ports.ts';
import type { ApiCall } from './api-call.ts';
import { containerOf } from './pod-log-query.ts';
import { isTrue } from './request-info.ts';
import { requireWebSocket } from './require-web-socket.ts';
import type { WebSocketListener, WebSocketPeer, WebSocketSession } from './web-socket.ts';

/** The first byte of a message says which of a command's streams it belongs to. Models apimachinery remotecommand/constants.go. */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const CLOSE_STREAM = 255;

/** Best first; only v5 can end the standard input. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/**
 * What GET pods/x/exec asks for, as a session over a WebSocket; throws ApiError when it cannot begin. As with the real server, a
 * container that does not run and a program that there is not are reported over the session.
 */
export function openExec(call: ApiCall, query: URLSearchParams, pod: Pod, commands: PodCommands): WebSocketSession {
  const command = readCommand(pod, query);
  const protocol = requireWebSocket(call, 'exec', PROTOCOLS);
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
    peer.send(message(ERROR, JSON.stringify({ metadata: {}, ...status })));
    peer.close();
  };
  const write = (stream: 'stdout' | 'stderr', text: string): void => {
    // Why: a terminal has one output.
    const channel = output.tty || stream === 'stdout' ? STDOUT : STDERR;
    if (channel === STDOUT ? output.stdout : output.stderr) peer.send(message(channel, text));
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
  const decoder = new StringDecoder('utf8');
  return {
    message: (received) => {
      if (isOver || !running) return;
      if (received[0] === STDIN && received.length > 1) running.writeStdin(decoder.write(received.subarray(1)));
      else if (received[0] === CLOSE_STREAM && received[1] === STDIN) running.closeStdin();
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

function internalError(problem: string): object {
  const text = `Internal error occurred: ${problem}`;
  return { status: 'Failure', message: text, reason: 'InternalError', details: { causes: [{ message: problem }] }, code: 500 };
}

function message(channel: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
}
