import { Broadcast } from './broadcast.ts';
import type { Bytes } from './bytes.ts';
import { OpenFile } from './open-file.ts';
import type { Task } from './task.ts';

const INTERRUPT = '\x03';
const END_OF_FILE = '\x04';
const KILL_LINE = '\x15';
const ERASE_WORD = '\x17';
const ERASE: readonly Bytes[] = ['\x7f', '\b'];

/** What a terminal does to the world around it. */
export interface TerminalHooks {
  /** Puts what is typed on the screen. */
  show(data: Bytes): void;
  /** Puts on the screen what a process writes. */
  write(data: Bytes): void;
  /** Ctrl-C: SIGINT to everything that runs in front of it. */
  interrupt(): void;
}

/**
 * The terminal of `kubectl exec -it`: it shows what is typed, lets the line be edited until Enter, and knows Ctrl-C and Ctrl-D.
 * Models the usual settings of Linux's n_tty (ICANON, ECHO, ECHOCTL, ICRNL, ONLCR, ISIG).
 */
export class Terminal extends OpenFile {
  readonly changed = new Broadcast();
  readonly #hooks: TerminalHooks;
  #line: Bytes = '';
  /** Complete lines that nobody has read yet; an empty one is the end of the file. */
  #lines: Bytes[] = [];
  #isOpen = true;

  constructor(hooks: TerminalHooks) {
    super();
    this.#hooks = hooks;
  }

  /** Whether a read would be answered at once. */
  get hasInput(): boolean {
    return this.#lines.length > 0 || !this.#isOpen;
  }

  feed(data: Bytes): void {
    for (const character of data) this.#type(character);
    this.changed.notify();
  }

  /** Whoever typed has gone. */
  end(): void {
    this.#isOpen = false;
    this.changed.notify();
  }

  *read(limit: number): Task<Bytes> {
    while (!this.hasInput) yield this.changed.wait;
    const line = this.#lines.shift() ?? '';
    if (line.length > limit) this.#lines.unshift(line.slice(limit));
    return line.slice(0, limit);
  }

  *write(data: Bytes): Task<void> {
    if (data !== '') this.#hooks.write(data.replaceAll('\n', '\r\n'));
  }

  #type(typed: Bytes): void {
    const character = typed === '\r' ? '\n' : typed;
    if (character === '\n') this.#enter();
    else if (character === INTERRUPT) this.#interrupt();
    else if (character === END_OF_FILE) this.#push('');
    else if (ERASE.includes(character)) this.#erase(/[^\x80-\xbf][\x80-\xbf]*$/);
    else if (character === KILL_LINE) this.#erase(/^.+$/);
    else if (character === ERASE_WORD) this.#erase(/\S*\s*$/);
    else this.#insert(character);
  }

  #enter(): void {
    this.#hooks.show('\r\n');
    this.#push('\n');
  }

  #push(end: Bytes): void {
    this.#lines.push(this.#line + end);
    this.#line = '';
  }

  #interrupt(): void {
    this.#hooks.show('^C');
    this.#line = '';
    this.#lines = [];
    this.#hooks.interrupt();
  }

  #insert(character: Bytes): void {
    this.#line += character;
    this.#hooks.show(shown(character));
  }

  /** Takes the end of the line that matches off the screen too. */
  #erase(end: RegExp): void {
    const erased = end.exec(this.#line)?.[0] ?? '';
    this.#line = this.#line.slice(0, this.#line.length - erased.length);
    const columns = Array.from(erased).reduce((sum, character) => sum + columnsOf(character), 0);
    if (columns > 0) this.#hooks.show('\b \b'.repeat(columns));
  }
}

/** A control character shows as ^ and a letter. */
function shown(character: Bytes): Bytes {
  return character < ' ' && character !== '\t' ? `^${String.fromCharCode(character.charCodeAt(0) + 64)}` : character;
}

/** The bytes of UTF-8 after the first take no room of their own. */
function columnsOf(character: Bytes): number {
  return /[\x80-\xbf]/.test(character) ? 0 : shown(character).length;
}
