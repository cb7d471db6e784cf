import type { Readable } from 'node:stream';
import { CommandError, EnvironmentError } from '../errors.ts';
import { isSystemError } from './files.ts';

const USUAL_HINT = 'See whether Docker is well (`docker info`) and the disk has room (`docker system df`), and try again.';

/** What a failure of Docker means to a person: what was tried, and what to do. What is no error of Docker's stays as it is. */
export function toLabError(error: unknown, commandLine: string, hint: string = USUAL_HINT): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof CommandError || error instanceof EnvironmentError) return error;
  if (isSystemError(error, 'EACCES', 'EPERM')) {
    return new EnvironmentError('you may not use Docker', {
      cause: error,
      hint: 'Join the group that may (`sudo usermod -aG docker $USER`, then log in anew), or use `--backend embedded`.',
    });
  }
  if (isSystemError(error, 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'EPIPE')) {
    return new EnvironmentError('Docker does not answer', {
      cause: error,
      hint: 'Start Docker and try again, or use `--backend embedded`.',
    });
  }
  const { reason, json } = error as { reason?: string; json?: { message?: string } };
  const isTimedOut = error instanceof TimeLimitExceeded;
  return new CommandError(isTimedOut ? 'Docker takes too long' : 'Docker failed', {
    commandLine,
    ending: isTimedOut ? error.message : (reason ?? 'an error'),
    output: json?.message ?? error.message,
    hint,
    cause: error,
  });
}

/** What a stream of Docker's gives; that Docker goes away meanwhile is told as toLabError does. */
export async function* withLabErrors(from: Readable, commandLine: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of from) yield chunk as Buffer;
  } catch (error) {
    throw toLabError(error, commandLine);
  }
}

/** A limit that was reached. */
class TimeLimitExceeded extends Error {}

/** Rejects when the work takes longer; it is not ended by that, but by `giveUp`. */
export async function withTimeLimit<T>(work: Promise<T>, timeoutMs: number, giveUp?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      giveUp?.();
      reject(new TimeLimitExceeded(`no answer within ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined where Docker says that there is no such thing. */
export async function orUndefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** Docker answers 304 when the container is as it should be already. */
export async function orUnchanged(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 304) throw error;
  }
}
