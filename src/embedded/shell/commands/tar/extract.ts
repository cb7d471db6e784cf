import type { Bytes } from '../../kernel/bytes.ts';
import type { Node } from '../../kernel/node.ts';
import { joinPath, parentPath } from '../../kernel/path.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import { formatDate } from '../date-format.ts';
import { modeLetters } from '../file-facts.ts';
import type { CommandContext } from '../io/command.ts';
import { ArchiveError, unpackMembers, type Member } from './archive.ts';
import { giveUp, mustBeDirectory, printable, SafeNames, unrecoverable, type TarJob } from './job.ts';

const OWNERS_AND_SIZE_LETTERS = 19;
const SPECIAL_BITS = 0o7000;

/** Prints what is in an archive. Answers whether everything that was named is. */
export function* listArchive(context: CommandContext, job: TarJob): Task<boolean> {
  let letters = OWNERS_AND_SIZE_LETTERS;
  return yield* forEachMember(context, job, function* (member) {
    const name = printable(member.name);
    if (!job.isVerbose) {
      yield* context.writeLine(name);
      return;
    }
    const { owners, content, modifiedMs, target } = member;
    letters = Math.max(letters, owners.length + 1 + String(content.length).length);
    const size = String(content.length).padStart(letters - owners.length);
    const time = formatDate(modifiedMs, '%Y-%m-%d %H:%M');
    yield* context.writeLine(`${modeLetters(member)} ${owners}${size} ${time} ${name}${target === '' ? '' : ` -> ${printable(target)}`}`);
  });
}

/** Unpacks an archive. Answers whether everything is there afterwards. */
export function* extractArchive(context: CommandContext, job: TarJob): Task<boolean> {
  const names = new SafeNames(context);
  const made: { node: Node; member: Member }[] = [];
  let isComplete = true;
  const isRead = yield* forEachMember(context, job, function* (member) {
    if (made.length === 0) yield* mustBeDirectory(context, job);
    const name = yield* names.safe(member.name);
    if (job.isVerbose) yield* context.writeLine(printable(member.name));
    try {
      made.push({ node: place(context, joinPath(job.directory, name.replace(/\/+$/, '')), member), member });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      isComplete = false;
      const act = { file: 'open', directory: 'mkdir', symlink: `create symlink to '${member.target}'` }[member.kind];
      yield* context.complain(`${name.replace(/\/+$/, '')}: Cannot ${act}: ${error.message}`);
    }
  });
  // Why last: what is put into a directory changes its time, and its mode may forbid it.
  for (const { node, member } of made) isComplete = (yield* finish(context, job, node, member)) && isComplete;
  return isRead && isComplete;
}

/** Reads an archive member by member, those alone that are named, or are in directories that are. Answers whether all of these are there. */
function* forEachMember(context: CommandContext, job: TarJob, act: (member: Member) => Task<void>): Task<boolean> {
  const archive = yield* context.readFile(job.archive, (error) => `${job.archive}: Cannot open: ${error.message}`);
  if (archive === undefined) throw unrecoverable(context);
  const missing = new Set(job.names);
  let isSound = true;
  try {
    for (const member of unpackMembers(archive)) {
      const wanted = job.names.filter((name) => isNamed(member.name, name));
      for (const name of wanted) missing.delete(name);
      if (job.names.length === 0 || wanted.length > 0) yield* act(member);
      if (member.isCutOff) yield* giveUp(context, 'Unexpected EOF in archive');
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    for (const message of error.messages) yield* context.complain(message);
    isSound = false;
  }
  for (const name of missing) yield* context.complain(`${name}: Not found in archive`);
  return isSound && missing.size === 0;
}

function isNamed(member: Bytes, name: Bytes): boolean {
  const bare = name.replace(/\/+$/, '');
  return member === bare || member === `${bare}/` || member.startsWith(`${bare}/`);
}

/** Puts a node where a member goes; a file, a link or an empty directory that is in its way gives way. */
function place(context: CommandContext, path: Bytes, member: Member): Node {
  const { process } = context;
  const { files } = process;
  makeParents(context, path);
  const existing = files.find(path, process);
  if (member.kind === 'directory' && existing?.kind === 'directory') return existing;
  const at = files.locate(path, process, false);
  if (at.node?.kind === 'directory' && at.node.entries.size > 0) throw new SystemError('EEXIST');
  if (at.node?.kind === 'directory') files.removeDirectory(at, process);
  else if (at.node) files.unlink(at, process);
  const free = files.locate(path, process, false);
  if (member.kind === 'directory') return files.createDirectory(free, 0o700, process);
  if (member.kind === 'symlink') return files.createSymlink(free, member.target, process);
  const file = files.createFile(free, 0o600, process);
  files.setContent(file, member.content);
  return file;
}

function makeParents(context: CommandContext, path: Bytes): void {
  const { process } = context;
  const parent = parentPath(path);
  if (process.files.find(parent, process) || parent === path) return;
  makeParents(context, parent);
  process.files.createDirectory(process.files.locate(parent, process), 0o777 & ~process.umask, process);
}

/** Root gives back modes and owners as they were; others get files of their own. A directory of somebody else's stays as it is. */
function* finish(context: CommandContext, job: TarJob, node: Node, member: Member): Task<boolean> {
  const { user, umask } = context.process;
  const mode = user === 0 ? member.mode : member.mode & 0o777 & ~umask;
  if (user !== 0 && node.user !== user) {
    const name = member.name.replace(/\/+$/, '');
    if (!job.touches) yield* context.complain(`${name}: Cannot utime: Operation not permitted`);
    const letters = modeLetters({ kind: node.kind, mode: mode | (node.mode & SPECIAL_BITS) }).slice(1);
    yield* context.complain(`${name}: Cannot change mode to ${letters}: Operation not permitted`);
    return false;
  }
  if (node.kind !== 'symlink') node.mode = mode;
  if (user === 0 && !job.takesOver) node.user = member.user;
  if (!job.touches) node.modifiedMs = member.modifiedMs;
  return true;
}
