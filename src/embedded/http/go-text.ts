import { isUtf8 } from 'node:buffer';

/** Bytes as the text that Go makes of them: every byte that belongs to no character becomes U+FFFD. */
export function goText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  for (let position = 0; position < buffer.length;) {
    const length = characterLength(buffer, position);
    text += length === 0 ? '\ufffd' : buffer.toString('utf8', position, position + length);
    position += Math.max(length, 1);
  }
  return text;
}

/** How many bytes the character at a position has; 0 when there is none. */
function characterLength(bytes: Buffer, position: number): number {
  for (let length = 1; length <= 4 && position + length <= bytes.length; length += 1) {
    if (isUtf8(bytes.subarray(position, position + length))) return length;
  }
  return 0;
}

/** A path without its percent-encoding; undefined where that is malformed. */
export function decodePercent(path: string): string | undefined {
  if (!path.includes('%')) return path;
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return undefined;
  const bytes = path.split(/(%[0-9a-fA-F]{2})/).map((part) => (/^%..$/.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  return goText(Buffer.concat(bytes));
}

/** A query as Go reads it: what has a semicolon or a malformed percent-encoding in it is passed over. */
export function readQuery(text: string): URLSearchParams {
  if (!/[;%]/.test(text)) return new URLSearchParams(text);
  const pairs = text.split('&').filter((pair) => !pair.includes(';') && !/%(?![0-9a-fA-F]{2})/.test(pair));
  return new URLSearchParams(pairs.join('&'));
}
