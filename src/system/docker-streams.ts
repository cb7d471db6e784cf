import { PassThrough } from 'node:stream';
import type { PullEvent } from './docker-progress.ts';

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

/** What a program printed, its two streams apart. */
export async function readOutput(modem: Modem, stream: NodeJS.ReadableStream): Promise<{ stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([textOf(stdout), textOf(stderr)]);
  modem.demuxStream(stream, stdout, stderr);
  await new Promise<void>((resolve, reject) => {
    stream.on('end', resolve).on('close', resolve);
    stream.on('error', reject);
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { stdout: out, stderr: err };
}

async function textOf(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
