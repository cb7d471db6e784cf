import type { Pod } from '../../kube/types/core.ts';
import type { PodLogs } from '../api/pod-ports.ts';
import type { ApiCall } from './api-call.ts';
import { containerOf } from './pod-log-query.ts';
import { Channel, channelMessage, endSession, internalError, REMOTE_COMMAND_PROTOCOLS } from './remote-command.ts';
import { isTrue } from './request-info.ts';
import { requireWebSocket } from './require-web-socket.ts';
import type { WebSocketListener, WebSocketPeer, WebSocketSession } from './web-socket.ts';

/**
 * What GET pods/x/attach asks for, as a session over a WebSocket: what a container writes from now on, until it ends. Both of its outputs
 * come as one, and what is typed goes nowhere, as in a container that does not read; one that does is refused. Throws ApiError.
 */
export function openAttach(call: ApiCall, query: URLSearchParams, pod: Pod, logs: PodLogs): WebSocketSession {
  const container = containerOf(pod, query.get('container') ?? '');
  const protocol = requireWebSocket(call, 'attach', REMOTE_COMMAND_PROTOCOLS);
  return { protocol, open: (peer) => listen(logs, pod, { container, hasInput: isTrue(query.get('stdin')) }, peer) };
}

/** Why over the session: clients take a connection that is refused for a server without WebSockets, and try again in another way. */
function problemWith(pod: Pod, { container, hasInput }: { container: string; hasInput: boolean }): string | undefined {
  const { name, namespace } = pod.metadata;
  if (!isRunning(pod, container)) return `unable to upgrade connection: container ${container} not found in pod ${name}_${namespace}`;
  if (!hasInput || !readsInput(pod, container)) return undefined;
  return 'the embedded cluster passes no input on through pods/attach: kubectl exec -i runs a command that can be talked to';
}

function readsInput({ spec }: Pod, container: string): boolean {
  return spec.containers.some(({ name, ...fields }) => name === container && (fields as { stdin?: boolean }).stdin === true);
}

function listen(logs: PodLogs, pod: Pod, asked: { container: string; hasInput: boolean }, peer: WebSocketPeer): WebSocketListener {
  const { container } = asked;
  const problem = problemWith(pod, asked);
  if (problem !== undefined) {
    endSession(peer, internalError(problem));
    return { message: () => undefined, gone: () => undefined };
  }
  const open = logs.open(pod, { container, follow: true, previous: false, timestamps: false, tailLines: 0 });
  const cancel = open({
    text: (chunk) => peer.send(channelMessage(Channel.stdout, Buffer.from(chunk))),
    end: () => endSession(peer, { status: 'Success' }),
  });
  return { message: () => undefined, gone: () => cancel() };
}

function isRunning({ status }: Pod, container: string): boolean {
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return statuses.some(({ name, state }) => name === container && state?.running !== undefined);
}
