/** One line that a container wrote. */
export interface LogLine {
  atMs: number;
  /** Without the line's end. */
  text: string;
  /** The container ended, or went on to the other stream, in the middle of the line. */
  isPartial?: true;
}

const MAX_CHARACTERS = 1_500_000;

/** What one run of a container wrote; the oldest lines go when it gets too much. */
export class ContainerLog {
  #lines: LogLine[] = [];
  #characters = 0;
  readonly #pending = { stdout: '', stderr: '' };
  readonly #listeners = new Set<(line: LogLine | undefined) => void>();
  #isEnded = false;

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Takes output as it comes; it shows line by line. */
  write(stream: 'stdout' | 'stderr', text: string, atMs: number): void {
    const parts = (this.#pending[stream] + text).split('\n');
    this.#pending[stream] = parts.pop()!;
    for (const part of parts) this.#add({ atMs, text: part });
  }

  /** Shows what is left of unfinished lines; nothing more comes. */
  end(atMs: number): void {
    if (this.#isEnded) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#pending[stream]) this.#add({ atMs, text: this.#pending[stream], isPartial: true });
      this.#pending[stream] = '';
    }
    this.#isEnded = true;
    for (const listener of [...this.#listeners]) listener(undefined);
    this.#listeners.clear();
  }

  /** Calls for each further line, and with undefined at the end. */
  follow(listener: (line: LogLine | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #add(line: LogLine): void {
    this.#lines.push(line);
    this.#characters += line.text.length + 1;
    if (this.#characters > MAX_CHARACTERS) this.#dropOldest();
    for (const listener of [...this.#listeners]) listener(line);
  }

  #dropOldest(): void {
    let dropped = 0;
    while (this.#characters > MAX_CHARACTERS / 2 && dropped < this.#lines.length - 1) {
      this.#characters -= this.#lines[dropped]!.text.length + 1;
      dropped += 1;
    }
    this.#lines = this.#lines.slice(dropped);
  }
}
