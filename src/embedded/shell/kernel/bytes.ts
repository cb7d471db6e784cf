import { Buffer } from 'node:buffer';

/**
 * Inside the sandbox every string is a string of bytes: each character code is 0 to 255, as in a C locale, where programs see
 * bytes and not letters. Text is turned into bytes and back only where it enters and leaves the sandbox.
 */
export type Bytes = string;

const ASCII_ONLY = /^[\0-\x7f]*$/;

/** UTF-8 bytes of a text. */
export function toBytes(text: string): Bytes {
  return ASCII_ONLY.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The text that UTF-8 bytes stand for; bytes that are none become U+FFFD. */
export function fromBytes(bytes: Bytes): string {
  return ASCII_ONLY.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Decodes UTF-8 that arrives in pieces, keeping back the bytes of a character that is not complete. */
export class ByteDecoder {
  readonly #decoder = new TextDecoder('utf-8');
  #isMidway = false;

  decode(bytes: Bytes): string {
    if (!this.#isMidway && ASCII_ONLY.test(bytes)) return bytes;
    this.#isMidway = true;
    return this.#decoder.decode(Buffer.from(bytes, 'latin1'), { stream: true });
  }

  /** What is left of an incomplete character at the end of the stream. */
  finish(): string {
    return this.#isMidway ? this.#decoder.decode() : '';
  }
}
