import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { PullEvent } from './docker-progress.ts';
import { isSystemError } from './files.ts';

/** The part of a Docker client that takes its streams apart. */
export interface Modem {
  followProgress(stream: NodeJS.ReadableStream, onEnd: (error: Error | null) => void, onEvent: (event: PullEvent) => void): void;
  demuxStream(from: NodeJS.ReadableStream, out: PassThrough, err: PassThrough): void;
}

/** Reads what Docker tells line by line until it ends; rejects with the error that it tells. */
export async function followProgress(
  modem: Modem,
  stream: NodeJS.ReadableStream,
  onEvent: (event: PullEvent & { stream?: string }) => void,
  signal?: AbortSignal,
): Promise<void> {
  const end = (): void => {
    (stream as NodeJS.ReadableStream & { destroy(error: Error): void }).destroy(new Error('it was given up'));
  };
  signal?.addEventListener('abort', end);
  try {
    await new Promise<void>((resolve, reject) => {
      let failure: string | undefined;
      const onEnd = (error: Error | null): void => {
        if (error) reject(error);
        else if (failure !== undefined) reject(new Error(failure));
        else resolve();
      };
      modem.followProgress(stream, onEnd, (event) => {
        failure ??= event.error;
        onEvent(event);
      });
    });
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** What a program printed, its two streams apart. A program that ends before it has read everything is no error. */
export async function readOutput(modem: Modem, stream: NodeJS.ReadableStream): Promise<{ stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([textOf(stdout), textOf(stderr)]);
  modem.demuxStream(stream, stdout, stderr);
  await new Promise<void>((resolve, reject) => {
    stream.on('end', resolve).on('close', resolve);
    stream.on('error', (error: Error) => (isSystemError(error, 'EPIPE') ? resolve() : reject(error)));
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { stdout: out, stderr: err };
}

/**
 * Gives a program everything that it is to read, or as much as it reads: how it ends says whether that was enough. Why not a pipeline: it
 * would end what the program says, too.
 */
export async function feed(input: Readable, to: Writable): Promise<void> {
  for await (const chunk of input) {
    if (to.destroyed) break;
    if (!to.write(chunk)) await drained(to);
  }
  if (!to.destroyed) to.end();
}

/** Settles when there is room again, or when there never will be. */
function drained(to: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      for (const event of ['drain', 'close', 'error']) to.off(event, settle);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) to.on(event, settle);
  });
}

async function textOf(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
