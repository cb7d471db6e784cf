import type { WebSocketPeer } from './web-socket.ts';

/** The first byte of a message says which of a command's streams it belongs to. Models apimachinery remotecommand/constants.go. */
export const Channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

/** Best first; only v5 can end the standard input. */
export const REMOTE_COMMAND_PROTOCOLS: readonly string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

export function channelMessage(channel: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([channel]), content]);
}

/** Says how it ended, and hangs up. */
export function endSession(peer: WebSocketPeer, status: object): void {
  peer.send(channelMessage(Channel.error, Buffer.from(JSON.stringify({ metadata: {}, ...status }))));
  peer.close();
}

export function internalError(problem: string): object {
  const text = `Internal error occurred: ${problem}`;
  return { status: 'Failure', message: text, reason: 'InternalError', details: { causes: [{ message: problem }] }, code: 500 };
}
