import { constants, inflateRawSync } from 'node:zlib';
import { DICTIONARY, DICTIONARY_ID } from './dictionary.ts';

const WINDOW_BYTES = 32 * 1024;
/** Longer headers than this are not taken. */
const MAX_HEADER_BYTES = 64 * 1024;
/** Method, flags (a dictionary was given), and which. */
const ZLIB_HEADER_BYTES = 6;

/**
 * Reads the header blocks of one side of a connection, which are one zlib stream, cut where each block ends. As a block starts at a whole
 * byte, all that it needs of those before is the text that they gave.
 */
export class HeaderReader {
  #window: Buffer = DICTIONARY;
  #isFirst = true;

  /** Throws when these are no headers. */
  read(block: Buffer): Map<string, string> {
    const compressed = this.#isFirst ? withoutZlibHeader(block) : block;
    this.#isFirst = false;
    const how = { dictionary: this.#window, finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_HEADER_BYTES };
    const text = inflateRawSync(compressed, how);
    this.#window = Buffer.concat([this.#window, text]).subarray(-WINDOW_BYTES);
    return readPairs(text);
  }
}

/** Writes header blocks without any header, uncompressed: the answers to clients that only want to know that they were heard. */
export class EmptyHeaderWriter {
  #isFirst = true;

  next(): Buffer {
    const begin = this.#isFirst ? ZLIB_BEGIN : Buffer.alloc(0);
    this.#isFirst = false;
    return Buffer.concat([begin, NO_HEADERS]);
  }
}

/** Deflate with a 32 KiB window and a dictionary; the check bits of RFC 1950 make both bytes a multiple of 31. */
const ZLIB_BEGIN = Buffer.concat([Buffer.from([0x78, 0xbb]), uint32(DICTIONARY_ID)]);
/** A stored block (RFC 1951, 3.2.4) that holds the number 0, and one that holds nothing: where Go's reader gives out what it has. */
const NO_HEADERS = Buffer.from([0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff]);

function withoutZlibHeader(block: Buffer): Buffer {
  if (block.length < ZLIB_HEADER_BYTES || block.readUInt32BE(2) !== DICTIONARY_ID) throw new Error('no SPDY/3 header block');
  return block.subarray(ZLIB_HEADER_BYTES);
}

function readPairs(text: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 4;
  const next = (): string => {
    const length = text.readUInt32BE(at);
    if (at + 4 + length > text.length) throw new RangeError('a header is cut off');
    at += 4 + length;
    return text.toString('utf8', at - length, at);
  };
  for (let left = text.readUInt32BE(0); left > 0; left -= 1) {
    const name = next().toLowerCase();
    headers.set(name, next());
  }
  return headers;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
