import { applyOptions } from '../builtins/set.ts';
import { runTyped, terminalOf } from '../interpreter/interactive.ts';
import { report, writeError } from '../interpreter/report.ts';
import { ENGINE, runStandardInput, runText } from '../interpreter/run-text.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import { Shell } from '../interpreter/shell.ts';
import { runShell } from '../interpreter/subshell.ts';
import { isVariableName } from '../interpreter/variable-table.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { DEFAULT_PATH } from '../kernel/execute.ts';
import type { Process, Program } from '../kernel/process.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { Dialect } from '../syntax/tree.ts';

/** What the command line of a shell asks for. */
type Invocation = { kind: 'command'; text: Bytes } | { kind: 'script'; path: Bytes } | { kind: 'stdin' };

/** `sh`, which is dash. */
export const sh: Program = (process) => runInterpreter(process, 'dash');

/** `bash`, as far as it is modelled. */
export const bash: Program = (process) => runInterpreter(process, 'bash');

function* runInterpreter(process: Process, dialect: Dialect): Task<number> {
  const shell = new Shell(process, { dialect, engine: ENGINE, name: process.argv[0] ?? 'sh' });
  importEnvironment(shell);
  let invocation: Invocation;
  try {
    invocation = readArguments(shell, process.argv.slice(1));
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    shell.line = 0;
    yield* report(shell, error);
    return 2;
  }
  return yield* runShell(shell, () => run(shell, invocation));
}

function* run(shell: Shell, invocation: Invocation): Task<number> {
  shell.runsCommandString = invocation.kind === 'command';
  if (invocation.kind === 'command') return yield* runText(shell, invocation.text, { isTested: false, isLast: true });
  if (invocation.kind === 'stdin') {
    const terminal = terminalOf(shell.process);
    return yield* terminal ? runTyped(shell, terminal) : runStandardInput(shell);
  }
  const text = yield* readScript(shell, invocation.path);
  return typeof text === 'number' ? text : yield* runText(shell, text, { isTested: false, isLast: false });
}

function* readScript(shell: Shell, path: Bytes): Task<Bytes | number> {
  const { process } = shell;
  try {
    const descriptor = process.open(path, { read: true });
    let text = '';
    for (let data = yield* process.read(descriptor); data !== ''; data = yield* process.read(descriptor)) text += data;
    process.descriptors.close(descriptor);
    return text;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    if (shell.dialect === 'bash') yield* writeError(process, `${process.argv[0]}: ${path}: ${error.message}\n`);
    else yield* writeError(process, `${process.argv[0]}: 0: cannot open ${path}: ${isMissing ? 'No such file' : error.message}\n`);
    return shell.dialect === 'bash' ? (isMissing ? 127 : 126) : 2;
  }
}

function readArguments(shell: Shell, args: readonly Bytes[]): Invocation {
  const letters = splitOptions(shell, args);
  const { operands } = letters;
  if (letters.isCommand) {
    const text = operands[0];
    if (text === undefined) throw new ShellError('-c requires an argument');
    if (operands[1] !== undefined) shell.name = operands[1];
    shell.positional = operands.slice(2);
    return { kind: 'command', text };
  }
  if (letters.readsStdin || operands.length === 0) {
    shell.options.add('stdin');
    shell.positional = operands;
    return { kind: 'stdin' };
  }
  shell.name = operands[0]!;
  shell.positional = operands.slice(1);
  return { kind: 'script', path: operands[0]! };
}

/** Takes `-c`, `-s`, `-l` and `-i` out of the options and hands the rest to `set`. */
function splitOptions(shell: Shell, args: readonly Bytes[]): { isCommand: boolean; readsStdin: boolean; operands: readonly Bytes[] } {
  let isCommand = false;
  let readsStdin = false;
  let index = 0;
  for (; /^[-+]./.test(args[index] ?? ''); index += 1) {
    const argument = args[index]!;
    if (argument === '--') return { isCommand, readsStdin, operands: args.slice(index + 1) };
    if (shell.dialect === 'bash' && argument.startsWith('--')) {
      readLongOption(argument);
      continue;
    }
    if (argument.includes('i') && !terminalOf(shell.process)) throw new CannotSimulate('an interactive shell is not modelled');
    if (argument.includes('l')) shell.variables.set('PATH', DEFAULT_PATH);
    isCommand ||= argument.includes('c');
    readsStdin ||= argument.includes('s');
    const rest = argument.replace(/[csli]/g, '');
    if (rest.length === 1) continue;
    const takesName = rest.includes('o');
    applyOptions(shell, takesName ? [rest, args[index + 1] ?? ''] : [rest]);
    if (takesName) index += 1;
  }
  if (args[index] === '-') index += 1;
  return { isCommand, readsStdin, operands: args.slice(index) };
}

function readLongOption(argument: Bytes): void {
  if (argument === '--norc' || argument === '--noprofile') return;
  throw new CannotSimulate(`bash: the option ${argument} is not modelled`);
}

function importEnvironment(shell: Shell): void {
  const { variables, process, dialect } = shell;
  const initial: Record<Bytes, Bytes> = {
    IFS: ' \t\n',
    OPTIND: '1',
    PATH: DEFAULT_PATH,
    PPID: String(process.parent?.pid ?? 0),
    PS4: '+ ',
  };
  if (dialect === 'dash') Object.assign(initial, { PS1: process.user === 0 ? '# ' : '$ ', PS2: '> ' });
  else if (terminalOf(process)) Object.assign(initial, { PS1: '\\u@\\h:\\w\\$ ', PS2: '> ' });
  for (const [name, value] of Object.entries(initial)) variables.set(name, value);
  for (const [name, value] of process.environment) {
    if (!isVariableName(name) || name === 'IFS' || name === 'PPID' || name === 'OPTIND') continue;
    variables.set(name, value);
    variables.declare(name).exported = true;
  }
  const { PWD } = Object.fromEntries([['PWD', variables.value('PWD')]]);
  const isRight = PWD?.startsWith('/') && process.files.find(PWD, process) === process.files.find(process.workingDirectory, process);
  if (!isRight) variables.set('PWD', process.workingDirectory);
  variables.declare('PWD').exported = true;
  if (dialect === 'bash') setBashVariables(shell);
}

function setBashVariables({ variables, process }: Shell): void {
  variables.set('BASH_VERSION', '5.2.15(1)-release');
  variables.set('BASH', '/bin/bash');
  variables.set('HOSTNAME', process.kernel.hostname);
  variables.set('UID', String(process.user));
  variables.set('EUID', String(process.user));
  variables.set('OSTYPE', 'linux-gnu');
  const depth = Number(variables.value('SHLVL') ?? '0') || 0;
  variables.set('SHLVL', String(depth + 1));
  variables.declare('SHLVL').exported = true;
}
