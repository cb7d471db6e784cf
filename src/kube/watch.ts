import { setTimeout } from 'node:timers/promises';
import { ClusterError } from '../errors.ts';
import { refusal, statusError } from './answer.ts';
import type { Transport } from './transport.ts';
import type { KubeObject, Status } from './types/meta.ts';

export interface WatchEvent<T extends KubeObject = KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

interface WatchPlan {
  transport: Transport;
  headers: Record<string, string>;
  /** The path of a watch of what comes after a resourceVersion. */
  pathFrom(resourceVersion: string): string;
  resourceVersion: string;
  signal?: AbortSignal;
}

/** A connection that ends sooner than this without an event counts as failed. */
const SHORT_STREAM_MS = 1_000;
/** Failed connections in a row after which the watch is given up, and the wait after the first of them, which doubles. */
const MAX_FAILED_STREAMS = 5;
const FIRST_WAIT_MS = 100;

/** Watches over as many connections as it takes. Rejects with the server's error event, or when connections keep failing. */
export async function* followWatch<T extends KubeObject>(plan: WatchPlan): AsyncGenerator<WatchEvent<T>> {
  let { resourceVersion } = plan;
  let failed = 0;
  while (!plan.signal?.aborted) {
    const openedMs = performance.now();
    let failure = new ClusterError(`${plan.transport.server} keeps closing the watch at once`);
    try {
      for await (const event of openWatch<T>(plan, resourceVersion)) {
        failed = 0;
        resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
        yield event;
      }
    } catch (error) {
      if (plan.signal?.aborted) return;
      if (!isBrokenConnection(error)) throw error;
      failure = error;
    }
    if (performance.now() - openedMs < SHORT_STREAM_MS) failed += 1;
    if (failed >= MAX_FAILED_STREAMS) throw failure;
    if (failed > 0) await waitBeforeNext(FIRST_WAIT_MS * 2 ** (failed - 1), plan.signal);
  }
}

async function waitBeforeNext(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(waitMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
}

async function* openWatch<T extends KubeObject>(plan: WatchPlan, resourceVersion: string): AsyncGenerator<WatchEvent<T>> {
  const { transport, headers, signal } = plan;
  const path = plan.pathFrom(resourceVersion);
  const stream = await transport.stream({ method: 'GET', path, headers, ...(signal && { signal }) });
  if (stream.status >= 300) throw refusal(`GET ${path}`, stream.status, stream.errorBody);
  for await (const line of stream.lines) {
    if (line.trim() === '') continue;
    const event = parseEvent<T>(line);
    if (event.type === 'ERROR') throw statusError(event.object);
    yield event;
  }
}

function parseEvent<T extends KubeObject>(line: string): WatchEvent<T> | { type: 'ERROR'; object: Status } {
  try {
    return JSON.parse(line) as WatchEvent<T>;
  } catch (cause) {
    throw new ClusterError('the connection ended in the middle of an event', { cause });
  }
}

function isBrokenConnection(error: unknown): error is ClusterError {
  return error instanceof ClusterError && error.status === undefined;
}
