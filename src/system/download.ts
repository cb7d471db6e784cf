import { CommandError } from '../errors.ts';

export interface DownloadOptions {
  timeoutMs: number;
  /** What to do when it cannot be had. */
  hint: string;
  signal?: AbortSignal;
  onDetail?: (text: string) => void;
}

/** The text at an address. Rejects with CommandError. */
export async function download(address: string, { timeoutMs, hint, signal, onDetail }: DownloadOptions): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs);
  const failed = (ending: string, cause?: unknown): CommandError =>
    new CommandError(`could not download ${address}`, { commandLine: `curl -L ${address}`, ending, output: '', hint, cause });
  try {
    const answer = await fetch(address, { signal: signal ? AbortSignal.any([limit, signal]) : limit });
    if (!answer.ok) throw failed(`HTTP status ${answer.status}`);
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      parts.push(Buffer.from(part));
      bytes += part.byteLength;
      onDetail?.(`${(bytes / 1_000_000).toFixed(1)} MB`);
    }
    return Buffer.concat(parts).toString('utf8');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw failed(limit.aborted ? `timed out after ${timeoutMs / 1000} s` : reasonOf(error), error);
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
