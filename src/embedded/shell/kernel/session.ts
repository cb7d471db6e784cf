import type { ProcessEnd } from '../container-process.ts';
import type { Bytes } from './bytes.ts';
import { ByteDecoder, toBytes } from './bytes.ts';
import type { Process } from './process.ts';

/** What the outside hears of a process that it started. */
export interface SessionListener {
  /** Text, or the bytes themselves where the session carries these. */
  output(stream: 'stdout' | 'stderr', text: string): void;
  ended(end: ProcessEnd): void;
}

export interface SessionOptions {
  /** More ends it. */
  outputBytes: number;
  carriesBytes: boolean;
}

/** Where what is sent to a session goes. */
export interface SessionInput {
  feed(data: Bytes): void;
  end(): void;
}

/** A process that was started from outside, with everything it starts: the container's main process, or one `exec`. */
export class Session {
  /** Absent: nothing can be sent to it. */
  input: SessionInput | undefined;
  /** The process that was started; the session ends with it. */
  root: Process | undefined;
  readonly #listener: SessionListener;
  readonly #options: SessionOptions;
  readonly #decoders = { stdout: new ByteDecoder(), stderr: new ByteDecoder() };
  #written = 0;
  #hasEnded = false;

  constructor(listener: SessionListener, options: SessionOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Passes on what comes from outside. */
  feed(sent: string): void {
    this.input?.feed(this.#options.carriesBytes ? sent : toBytes(sent));
  }

  /** Passes output on; answers false once there has been more than the limit. */
  emit(stream: 'stdout' | 'stderr', data: Bytes): boolean {
    if (this.#hasEnded) return true;
    this.#written += data.length;
    if (this.#written > this.#options.outputBytes) return false;
    const text = this.#options.carriesBytes ? data : this.#decoders[stream].decode(data);
    if (text !== '') this.#listener.output(stream, text);
    return true;
  }

  /** Tells the outside how the session ended; only the first end counts. */
  end(end: ProcessEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#decoders[stream].finish();
      if (rest !== '') this.#listener.output(stream, rest);
    }
    this.#listener.ended(end);
  }
}
