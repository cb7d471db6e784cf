import type { Bytes } from '../../kernel/bytes.ts';
import { parentPath } from '../../kernel/path.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import { command } from '../io/command.ts';
import { CommandError, UsageError } from '../io/command-error.ts';
import type { ParsedOptions } from '../io/options.ts';
import { parseOptions } from '../io/options.ts';
import { SedMachine } from './execute.ts';
import type { InputHooks } from './input.ts';
import { SedInput } from './input.ts';
import { SedOutput } from './output.ts';
import type { ScriptPiece } from './parse.ts';
import { parseScript } from './parse.ts';
import type { SedCommand } from './tree.ts';

const USAGE = 'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...';
const LINE_WIDTH = 70;

/** `sed [-nErsuz] [-i[suffix]] [-l width] [-e script]… [-f file]… [script] [file…]` */
export const sed = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'e:f:nErsuzi::l:',
    long: {
      'expression=': 'e',
      'file=': 'f',
      quiet: 'n',
      silent: 'n',
      'regexp-extended': 'E',
      separate: 's',
      unbuffered: 'u',
      'null-data': 'z',
      'zero-terminated': 'z',
      'in-place?': 'i',
      'line-length=': 'l',
      posix: 'posix',
    },
    unmodelledLong: ['debug', 'follow-symlinks', 'sandbox'],
    usage: USAGE,
  });
  const { pieces, paths } = yield* readScript(context, options);
  const commands = parse(pieces, options.has('E') || options.has('r'));
  const separator = options.has('z') ? '\0' : '\n';
  const output = new SedOutput(context, { separator, isUnbuffered: options.has('u') });
  openFiles(commands, output);
  const suffix = options.get('i');
  const hooks = suffix === undefined ? undefined : new InPlaceEdit(context, output, suffix);
  const input = new SedInput(context, paths, {
    separator,
    isSeparate: options.has('s') || hooks !== undefined,
    isUnbuffered: options.has('u'),
    hooks,
  });
  const isQuiet = options.has('n') || /^#n(?:\n|$)/.test(pieces[0]?.text ?? '');
  const machine = new SedMachine(context, commands, input, output, { isQuiet, lineWidth: Number(options.get('l') ?? LINE_WIDTH) });
  const status = yield* machine.run();
  return status === 0 ? undefined : status;
});

function* readScript(context: CommandContext, options: ParsedOptions): Task<{ pieces: ScriptPiece[]; paths: readonly Bytes[] }> {
  const pieces: ScriptPiece[] = [];
  for (const { key, value } of options.list) {
    if (key === 'e') pieces.push({ text: value });
    if (key === 'f') pieces.push({ text: yield* readScriptFile(context, value), file: value });
  }
  if (pieces.length > 0) return { pieces, paths: options.operands.length > 0 ? options.operands : ['-'] };
  const [script, ...paths] = options.operands;
  if (script === undefined) throw new UsageError(USAGE);
  return { pieces: [{ text: script }], paths: paths.length > 0 ? paths : ['-'] };
}

function* readScriptFile(context: CommandContext, path: Bytes): Task<Bytes> {
  const { process } = context;
  try {
    const descriptor = path === '-' ? 0 : process.open(path, { read: true });
    const text = yield* context.readAll(descriptor);
    context.close(descriptor);
    return text.replace(/\n$/, '');
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`couldn't open file ${path}: ${error.message}`, 4);
  }
}

function parse(pieces: readonly ScriptPiece[], isExtended: boolean): SedCommand[] {
  return parseScript(pieces, { isExtended });
}

function openFiles(commands: readonly SedCommand[], output: SedOutput): void {
  for (const { action } of commands) {
    if (action.kind === 'write') output.openFile(action.path);
    if (action.kind === 'substitute' && action.substitution.file !== undefined) output.openFile(action.substitution.file);
  }
}

/** `-i`: what is printed replaces the file that is read, which may be kept under another name. */
class InPlaceEdit implements InputHooks {
  readonly #context: CommandContext;
  readonly #output: SedOutput;
  readonly #suffix: Bytes;
  #path: Bytes = '';

  constructor(context: CommandContext, output: SedOutput, suffix: Bytes) {
    this.#context = context;
    this.#output = output;
    this.#suffix = suffix;
  }

  *opened(path: Bytes): Task<boolean> {
    const { process } = this.#context;
    const node = process.files.find(path, process);
    if (!node) {
      yield* this.#context.complain(`can't read ${path}: No such file or directory`);
      this.#context.status = 2;
      return false;
    }
    if (node.kind !== 'file') {
      yield* this.#context.complain(`couldn't edit ${path}: not a regular file`);
      this.#context.status = 4;
      return false;
    }
    try {
      process.files.mayWrite(process.files.locate(parentPath(path), process), process);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const folder = parentPath(path);
      throw new CommandError(`couldn't open temporary file ${folder}/sed${process.kernel.random.below(1_000_000)}: ${error.message}`, 4);
    }
    this.#path = path;
    this.#output.beginEdit();
    return true;
  }

  *closed(): Task<void> {
    const { process } = this.#context;
    const text = this.#output.endEdit();
    const place = process.files.locate(this.#path, process);
    const { node } = place;
    if (node?.kind !== 'file') return;
    if (this.#suffix !== '') yield* this.#keep(node.content, node.mode);
    process.files.setContent(node, text);
  }

  *#keep(content: Bytes, mode: number): Task<void> {
    const { process } = this.#context;
    const name = this.#path.slice(this.#path.lastIndexOf('/') + 1);
    const kept = this.#suffix.includes('*') ? this.#suffix.replaceAll('*', name) : name + this.#suffix;
    const path = kept.includes('/') ? kept : `${parentPath(this.#path)}/${kept}`;
    const descriptor = process.open(path, { write: true, create: true, truncate: true, permissions: mode });
    yield* process.write(descriptor, content);
    process.descriptors.close(descriptor);
  }
}
