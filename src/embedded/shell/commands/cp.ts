import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { FileNode, Node } from '../kernel/node.ts';
import { permits } from '../kernel/node.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { CommandContext } from './io/command.ts';
import { command } from './io/command.ts';
import type { ParsedOptions } from './io/options.ts';
import { parseOptions } from './io/options.ts';
import { quote } from './io/quote.ts';
import { planTransfers } from './transfer.ts';

/** `cp [-afLnpPrRTuv] [-t directory] source… target` */
export const cp = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'adfnpPrRt:TuvL',
    long: {
      archive: 'a',
      force: 'f',
      'no-clobber': 'n',
      'preserve?': 'p',
      'no-dereference': 'P',
      dereference: 'L',
      recursive: 'r',
      'target-directory=': 't',
      'no-target-directory': 'T',
      update: 'u',
      verbose: 'v',
    },
    unmodelled: 'bHilsSxZ',
    unmodelledLong: [
      'attributes-only',
      'backup',
      'copy-contents',
      'interactive',
      'link',
      'no-preserve',
      'parents',
      'reflink',
      'remove-destination',
      'sparse',
      'strip-trailing-slashes',
      'symbolic-link',
      'suffix',
      'one-file-system',
    ],
  });
  for (const { source, target } of planTransfers(context, options)) {
    const isRecursive = options.has('r') || options.has('R') || options.has('a');
    const keepsLinks =
      options.last('P', 'L', 'a', 'd') !== 'L' && (options.has('P') || options.has('a') || options.has('d') || isRecursive);
    yield* copyEntry(context, source, target, { isRecursive, keepsLinks, options });
  }
  return undefined;
});

interface CopyMode {
  isRecursive: boolean;
  keepsLinks: boolean;
  options: ParsedOptions;
}

function* copyEntry(context: CommandContext, source: Bytes, target: Bytes, mode: CopyMode): Task<void> {
  const { files } = context.process;
  let node: Node;
  try {
    node = files.node(source, context.process, !mode.keepsLinks);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* fail(context, `cannot stat ${quote(source)}: ${error.message}`);
    return;
  }
  if (node.kind === 'directory' && !mode.isRecursive) {
    yield* fail(context, `-r not specified; omitting directory ${quote(source)}`);
    return;
  }
  const existing = files.find(target, context.process);
  if (existing === node) {
    yield* fail(context, `${quote(source)} and ${quote(target)} are the same file`);
    return;
  }
  if (existing && (mode.options.has('n') || (mode.options.has('u') && existing.modifiedMs >= node.modifiedMs && node.kind === 'file')))
    return;
  if (node.kind === 'directory') yield* copyDirectory(context, source, target, node, existing, mode);
  else if (node.kind === 'symlink') yield* copyLink(context, source, target, node.target, mode);
  else yield* copyFile(context, source, target, node, mode);
}

function* copyDirectory(
  context: CommandContext,
  source: Bytes,
  target: Bytes,
  node: Node & { kind: 'directory' },
  existing: Node | undefined,
  mode: CopyMode,
): Task<void> {
  const { files } = context.process;
  if (existing && existing.kind !== 'directory') {
    yield* fail(context, `cannot overwrite non-directory ${quote(target)} with directory ${quote(source)}`);
    return;
  }
  const names = [...node.entries.keys()];
  try {
    if (!existing) files.createDirectory(files.locate(target, context.process), node.mode & ~context.process.umask, context.process);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* fail(context, `cannot create directory ${quote(target)}: ${error.message}`);
    return;
  }
  if (!existing && mode.options.has('v')) yield* context.writeLine(`${quote(source)} -> ${quote(target)}`);
  for (const name of names) yield* copyEntry(context, `${source.replace(/\/$/, '')}/${name}`, `${target.replace(/\/$/, '')}/${name}`, mode);
}

function* copyLink(context: CommandContext, source: Bytes, target: Bytes, linked: Bytes, mode: CopyMode): Task<void> {
  const { files } = context.process;
  try {
    const place = files.locate(target, context.process, false);
    if (place.node) files.unlink(place, context.process);
    files.createSymlink(place, linked, context.process);
    if (mode.options.has('v')) yield* context.writeLine(`${quote(source)} -> ${quote(target)}`);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* fail(context, `cannot create symbolic link ${quote(target)}: ${error.message}`);
  }
}

function* copyFile(context: CommandContext, source: Bytes, target: Bytes, node: Node, mode: CopyMode): Task<void> {
  const { process } = context;
  if (node.kind !== 'file' && !(node.kind === 'device' && node.device === 'null'))
    throw new CannotSimulate(`cp: copying ${source} is not modelled`);
  try {
    if (!permits(node, process.user, 4)) throw new SystemError('EACCES');
    const permissions = node.kind === 'file' ? node.mode & 0o777 : 0o666;
    const copy = openTarget(context, target, permissions, mode);
    if (node.kind === 'file') copyContent(context, node, copy);
    if (mode.options.has('p') || mode.options.has('a')) copy.modifiedMs = node.modifiedMs;
    if (mode.options.has('v')) yield* context.writeLine(`${quote(source)} -> ${quote(target)}`);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const what = process.files.find(target, process) ? 'cannot create regular file' : 'cannot create regular file';
    yield* fail(context, `${what} ${quote(target)}: ${error.message}`);
  }
}

function openTarget(context: CommandContext, target: Bytes, permissions: number, mode: CopyMode): FileNode {
  const { files } = context.process;
  const place = files.locate(target, context.process);
  if (target.endsWith('/') && !place.node) throw new SystemError('ENOTDIR');
  const keepsMode = mode.options.has('p') || mode.options.has('a');
  if (!place.node) return files.createFile(place, keepsMode ? permissions : permissions & ~context.process.umask, context.process);
  if (place.node.kind === 'directory') throw new SystemError('EISDIR');
  if (place.node.kind !== 'file') throw new CannotSimulate(`cp: copying to ${target} is not modelled`);
  files.mayWrite(place, context.process);
  if (keepsMode) place.node.mode = permissions;
  return place.node;
}

function copyContent(context: CommandContext, from: FileNode, to: FileNode): void {
  context.process.files.setContent(to, from.content);
  if (from.program === undefined) delete to.program;
  else to.program = from.program;
}

function* fail(context: CommandContext, message: Bytes): Task<void> {
  yield* context.complain(message);
  context.status = 1;
}
