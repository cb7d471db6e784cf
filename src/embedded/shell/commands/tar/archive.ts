import { Buffer } from 'node:buffer';
import type { Bytes } from '../../kernel/bytes.ts';

const BLOCK_BYTES = 512;
/** GNU tar fills its output up to whole records of so many blocks. */
const RECORD_BYTES = 20 * BLOCK_BYTES;
const NAME_BYTES = 100;
const CHECKSUM = { offset: 148, length: 8 };

/** A file, directory or symbolic link in an archive. */
export interface Member {
  /** Without a leading slash; that of a directory ends with one. */
  name: Bytes;
  kind: 'file' | 'directory' | 'symlink';
  /** Permission bits. */
  mode: number;
  user: number;
  /** As the archive names them, such as `root/root`, or `0/0`. */
  owners: Bytes;
  modifiedMs: number;
  content: Bytes;
  /** Where a symbolic link points to. */
  target: Bytes;
  /** The archive ends in the middle of what it holds. */
  isCutOff?: boolean;
}

const NO_ARCHIVE = 'This does not look like a tar archive';

/** Why an archive cannot be read to its end. */
export class ArchiveError extends Error {
  readonly messages: readonly string[];

  constructor(...messages: string[]) {
    super(messages.join('; '));
    this.messages = messages;
  }
}

const TYPES: Readonly<Record<Member['kind'], string>> = { file: '0', directory: '5', symlink: '2' };
/** Types of GNU tar and of POSIX for what did not fit into a header: it is said of the next member. */
const LONG_NAME = 'L';
const LONG_TARGET = 'K';
const EXTENDED = 'x';
const GLOBAL = 'g';

/** What GNU tar writes for a member: a header, what it holds, and before it names that are too long for a header. */
export function packMember(member: Member): Bytes {
  const { name, target, content } = member;
  return [
    ...(name.length > NAME_BYTES ? [packLong(LONG_NAME, name)] : []),
    ...(target.length > NAME_BYTES ? [packLong(LONG_TARGET, target)] : []),
    header(member, TYPES[member.kind], content.length),
    padded(content, BLOCK_BYTES),
  ].join('');
}

/** The end of an archive of which so much has been written. */
export function packEnd(writtenBytes: number): Bytes {
  const end = writtenBytes + 2 * BLOCK_BYTES;
  return '\0'.repeat(Math.ceil(end / RECORD_BYTES) * RECORD_BYTES - writtenBytes);
}

function packLong(type: string, text: Bytes): Bytes {
  const note: Member = {
    name: '././@LongLink',
    kind: 'file',
    mode: 0o644,
    user: 0,
    owners: 'root/root',
    modifiedMs: 0,
    content: '',
    target: '',
  };
  return header(note, type, text.length + 1) + padded(`${text}\0`, BLOCK_BYTES);
}

function header({ name, mode, user, owners, modifiedMs, target }: Member, type: string, sizeBytes: number): Bytes {
  const [userName = '', groupName = ''] = owners.split('/');
  const fields = [
    field(name, NAME_BYTES),
    octal(mode, 8),
    octal(user, 8),
    octal(user, 8),
    octal(sizeBytes, 12),
    octal(Math.floor(modifiedMs / 1000), 12),
    ' '.repeat(CHECKSUM.length),
    type,
    field(target, NAME_BYTES),
    'ustar  \0',
    field(userName, 32),
    field(groupName, 32),
  ];
  const block = padded(fields.join(''), BLOCK_BYTES);
  const sum = `${octal(checksum(block), 7)} `;
  return block.slice(0, CHECKSUM.offset) + sum + block.slice(CHECKSUM.offset + CHECKSUM.length);
}

function octal(value: number, fieldBytes: number): Bytes {
  return `${value.toString(8).padStart(fieldBytes - 1, '0')}\0`;
}

function field(text: Bytes, fieldBytes: number): Bytes {
  return text.slice(0, fieldBytes).padEnd(fieldBytes, '\0');
}

function padded(text: Bytes, unitBytes: number): Bytes {
  return text + '\0'.repeat((unitBytes - (text.length % unitBytes)) % unitBytes);
}

/** The field of the sum itself counts as spaces. */
function checksum(block: Bytes): number {
  let sum = 0;
  for (let index = 0; index < BLOCK_BYTES; index++) {
    const isOwn = index >= CHECKSUM.offset && index < CHECKSUM.offset + CHECKSUM.length;
    sum += isOwn ? 32 : block.charCodeAt(index);
  }
  return sum;
}

/** Members of an archive in their order, as GNU tar and Go's archive/tar write them. Throws ArchiveError for what is none. */
export function* unpackMembers(archive: Bytes): Generator<Member> {
  let said: { name?: Bytes; target?: Bytes } = {};
  for (let offset = 0; ;) {
    const block = archive.slice(offset, offset + BLOCK_BYTES);
    if (offset > 0 && block.length < BLOCK_BYTES) return;
    if (block.length < BLOCK_BYTES) throw new ArchiveError(NO_ARCHIVE);
    if (/^\0*$/.test(block)) return;
    if (numberIn(block, CHECKSUM.offset, CHECKSUM.length) !== checksum(block)) {
      throw new ArchiveError(...(offset === 0 ? [NO_ARCHIVE] : []), 'Skipping to next header');
    }
    const sizeBytes = numberIn(block, 124, 12);
    const type = block[156]!;
    const content = archive.slice(offset + BLOCK_BYTES, offset + BLOCK_BYTES + sizeBytes);
    offset += BLOCK_BYTES + Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
    if (type === LONG_NAME) said.name = textIn(content, 0, content.length);
    else if (type === LONG_TARGET) said.target = textIn(content, 0, content.length);
    else if (type === EXTENDED) said = { ...said, ...extendedIn(content) };
    else if (type !== GLOBAL) {
      const member = memberIn(block, type, content);
      yield { ...member, ...said, isCutOff: archive.length < offset };
      said = {};
    }
  }
}

function memberIn(block: Bytes, type: string, content: Bytes): Member {
  const prefix = block.slice(257, 263) === 'ustar\0' ? textIn(block, 345, 155) : '';
  const name = textIn(block, 0, NAME_BYTES);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    kind: type === TYPES.symlink ? 'symlink' : type === TYPES.directory ? 'directory' : 'file',
    mode: numberIn(block, 100, 8) & 0o7777,
    user: numberIn(block, 108, 8),
    owners: `${textIn(block, 265, 32) || numberIn(block, 108, 8)}/${textIn(block, 297, 32) || numberIn(block, 116, 8)}`,
    modifiedMs: numberIn(block, 136, 12) * 1000,
    content,
    target: textIn(block, 157, NAME_BYTES),
  };
}

/** Records such as `30 path=a/name/that/is/long`, each with its own length in front. */
function extendedIn(content: Bytes): { name?: Bytes; target?: Bytes } {
  const said: { name?: Bytes; target?: Bytes } = {};
  for (let rest = content; rest !== '';) {
    const [, length, key] = /^(\d+) ([^=]+)=/.exec(rest) ?? [];
    if (length === undefined || Number(length) > rest.length) throw new ArchiveError('Malformed extended header');
    const value = rest.slice(length.length + key!.length + 2, Number(length) - 1);
    if (key === 'path') said.name = value;
    else if (key === 'linkpath') said.target = value;
    rest = rest.slice(Number(length));
  }
  return said;
}

function textIn(block: Bytes, offset: number, length: number): Bytes {
  const text = block.slice(offset, offset + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** Octal digits, or for what these cannot hold, the number itself behind a byte of 128. */
function numberIn(block: Bytes, offset: number, length: number): number {
  const text = block.slice(offset, offset + length);
  if (text.charCodeAt(0) === 0x80) return Buffer.from(text.slice(-6), 'latin1').readUIntBE(0, 6);
  return parseInt(text.replaceAll(/[\0 ]/g, '') || '0', 8);
}
