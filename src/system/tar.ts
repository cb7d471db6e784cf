import type { Writable } from 'node:stream';

/** One file of an archive. */
export interface TarEntry {
  name: string;
  sizeBytes: number;
  /** Has to be read to its end, or given up with `skip`, before the next entry comes. */
  content: AsyncIterable<Buffer>;
}

const BLOCK = 512;
/** What an octal field of eleven digits can say. */
const LARGEST = 8 ** 11 - 1;

/** Writes files into a tar archive (POSIX ustar) one after the other. */
export class TarWriter {
  readonly #to: Writable;

  constructor(to: Writable) {
    this.#to = to;
  }

  /** The content has to be of exactly that size. */
  async add(name: string, sizeBytes: number, content: AsyncIterable<Buffer> | Iterable<Buffer>, mode = 0o644): Promise<void> {
    await this.#write(header(name, sizeBytes, mode));
    let written = 0;
    for await (const chunk of content) {
      written += chunk.length;
      await this.#write(chunk);
    }
    if (written !== sizeBytes) throw new Error(`${name} has ${written} bytes, not ${sizeBytes}`);
    await this.#write(Buffer.alloc(padding(sizeBytes)));
  }

  async end(): Promise<void> {
    await this.#write(Buffer.alloc(2 * BLOCK));
    await new Promise<void>((resolve, reject) => {
      this.#to.on('error', reject);
      this.#to.end(resolve);
    });
  }

  async #write(chunk: Buffer): Promise<void> {
    if (chunk.length === 0) return;
    await new Promise<void>((resolve, reject) => this.#to.write(chunk, (error) => (error ? reject(error) : resolve())));
  }
}

/** The files of a tar archive in their order. Throws TarError where it is not one, or ends too soon. */
export async function* readTar(from: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const source = new ByteSource(from);
  for (;;) {
    const block = await source.take(BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const { name, sizeBytes } = parseHeader(block);
    let leftBytes = sizeBytes;
    const content = async function* (): AsyncGenerator<Buffer> {
      while (leftBytes > 0) {
        const chunk = await source.takeUpTo(leftBytes);
        leftBytes -= chunk.length;
        yield chunk;
      }
    };
    yield { name, sizeBytes, content: content() };
    while (leftBytes > 0) leftBytes -= (await source.takeUpTo(leftBytes)).length;
    await source.take(padding(sizeBytes));
  }
}

/** An archive that is none, or is damaged. */
export class TarError extends Error {}

/** Bytes as they are asked for, from chunks as they come. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #buffer = Buffer.alloc(0);

  constructor(from: AsyncIterable<Buffer>) {
    this.#chunks = from[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Buffer> {
    while (this.#buffer.length < count) await this.#more();
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }

  /** At least one byte. */
  async takeUpTo(count: number): Promise<Buffer> {
    if (this.#buffer.length === 0) await this.#more();
    return this.take(Math.min(count, this.#buffer.length));
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) throw new TarError('it ends too soon');
    this.#buffer = Buffer.concat([this.#buffer, next.value]);
  }
}

function header(name: string, sizeBytes: number, mode: number): Buffer {
  if (sizeBytes > LARGEST) throw new Error(`${name} is too large for an archive`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, 'utf8');
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(sizeBytes, 11), 124);
  block.write(octal(0, 11), 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  block.write(`${octal(sum(block), 6)}\0 `, 148);
  return block;
}

function parseHeader(block: Buffer): { name: string; sizeBytes: number } {
  const field = (start: number, end: number): string =>
    block
      .toString('utf8', start, end)
      .replace(/\0[\s\S]*$/, '')
      .trim();
  const copy = Buffer.from(block);
  copy.write('        ', 148);
  if (field(257, 262) !== 'ustar' || parseInt(field(148, 156), 8) !== sum(copy)) throw new TarError('it is no tar archive');
  return { name: field(0, 100), sizeBytes: parseInt(field(124, 136), 8) };
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function sum(block: Buffer): number {
  return block.reduce((total, byte) => total + byte, 0);
}

function padding(sizeBytes: number): number {
  return (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
}
