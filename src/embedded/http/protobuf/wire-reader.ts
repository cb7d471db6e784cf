/** Bytes that are no protobuf message, in the words of the code that the real server's decoders are generated as. */
export class ProtobufError extends Error {}

/** How a field's value is written: what its tag says beside the number. */
export const WIRE = { varint: 0, fixed64: 1, delimited: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

const MAX_VARINT_BYTES = 10;
const TWO_TO_32 = 2 ** 32;
const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the fields of one message, front to back. Every method throws ProtobufError when the bytes end too early or make no sense. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #messageName: string;
  #position = 0;

  /** The name is that of the message, for errors. */
  constructor(bytes: Uint8Array, messageName: string) {
    this.#bytes = bytes;
    this.#messageName = messageName;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** The number and wire type of the next field. */
  readTag(): { number: number; wireType: number } {
    const { low, high } = this.#readVarint();
    const wireType = low & 7;
    const number = (low >>> 3) | (high << 29);
    if (wireType === WIRE.endGroup) throw new ProtobufError(`proto: ${this.#messageName}: wiretype end group for non-group`);
    if (number <= 0) throw new ProtobufError(`proto: ${this.#messageName}: illegal tag ${number} (wire type ${wireType})`);
    return { number, wireType };
  }

  readBoolean(): boolean {
    const { low, high } = this.#readVarint();
    return low !== 0 || high !== 0;
  }

  readInt32(): number {
    return this.#readVarint().low | 0;
  }

  /** A signed integer of 64 bits; beyond 2^53 it is rounded. */
  readInt64(): number {
    const { low, high } = this.#readVarint();
    return (high | 0) * TWO_TO_32 + low;
  }

  /** Why two halves: they are plain numbers, which are fast and exact. */
  #readVarint(): { low: number; high: number } {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 7 * MAX_VARINT_BYTES; shift += 7) {
      const byte = this.#bytes[this.#position];
      if (byte === undefined) throw unexpectedEnd();
      this.#position += 1;
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift > 24) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
      if (byte < 0x80) return { low: low >>> 0, high: high >>> 0 };
    }
    throw new ProtobufError('proto: integer overflow');
  }

  /** A double. */
  readFixed64(): number {
    const { buffer, byteOffset } = this.#take(8);
    return new DataView(buffer, byteOffset).getFloat64(0, true);
  }

  /** The bytes of a string, of an embedded message or of packed numbers; they are not copied. */
  readBytes(): Uint8Array {
    const length = this.readInt64();
    if (length < 0) throw new ProtobufError('proto: negative length found during unmarshaling');
    return this.#take(length);
  }

  /** Passes over a value that nobody asked for. */
  skip(wireType: number): void {
    if (wireType === WIRE.varint) this.#readVarint();
    else if (wireType === WIRE.fixed64) this.#take(8);
    else if (wireType === WIRE.delimited) this.readBytes();
    else if (wireType === WIRE.fixed32) this.#take(4);
    else if (wireType === WIRE.startGroup) this.#skipGroup();
    else throw new ProtobufError(`proto: illegal wireType ${wireType}`);
  }

  #skipGroup(): void {
    for (let depth = 1; depth > 0;) {
      const wireType = this.#readVarint().low & 7;
      if (wireType === WIRE.startGroup) depth += 1;
      else if (wireType === WIRE.endGroup) depth -= 1;
      else this.skip(wireType);
    }
  }

  #take(length: number): Uint8Array {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw unexpectedEnd();
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }
}

/** Text as Go shows it in JSON: what is not UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return TEXT.decode(bytes);
}

function unexpectedEnd(): ProtobufError {
  return new ProtobufError('unexpected EOF');
}

/** The bytes of the field whose tag was read. */
export function readDelimited(reader: WireReader, wireType: number, name: string): Uint8Array {
  requireWireType(wireType, WIRE.delimited, name);
  return reader.readBytes();
}

/** Throws when a field is not written the way its type is. */
export function requireWireType(actual: number, expected: number, name: string): void {
  if (actual !== expected) throw new ProtobufError(`proto: wrong wireType = ${actual} for field ${goFieldName(name)}`);
}

function goFieldName(name: string): string {
  return name === 'metadata' ? 'ObjectMeta' : name.charAt(0).toUpperCase() + name.slice(1);
}
