import { lookUpBuiltin } from '../builtins/lookup.ts';
import { expandFields } from '../expansion/expand.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import type { Assignment, Command, SimpleCommand } from '../syntax/tree.ts';
import { assign } from './assign.ts';
import type { Builtin } from './builtin.ts';
import { endProcessSubstitutions } from './process-substitution.ts';
import { redirect, redirectForGood, RedirectionError } from './redirect.ts';
import { report } from './report.ts';
import { runProgram } from './run-program.ts';
import { ShellError, ShellExit } from './shell-error.ts';
import type { Circumstances, Shell } from './shell.ts';
import { trace } from './trace.ts';

/** What the first word of a command names. */
type Target = { kind: 'none' } | { kind: 'builtin'; builtin: Builtin } | { kind: 'function'; body: Command } | { kind: 'program' };

/** Runs assignments, a built-in, a function or a program, whichever the words come to. */
export function* runSimpleCommand(shell: Shell, command: SimpleCommand, how: Circumstances): Task<number> {
  const substitutions = shell.substitutedDescriptors.length;
  try {
    return yield* run(shell, command, how);
  } finally {
    endProcessSubstitutions(shell, substitutions);
  }
}

function* run(shell: Shell, command: SimpleCommand, how: Circumstances): Task<number> {
  shell.line = command.line;
  shell.substitutionStatus = undefined;
  const argv = yield* expandFields(shell, command.words);
  const target = findTarget(shell, argv);
  const isExec = target.kind === 'builtin' && argv[0] === 'exec';
  const traceTo = shell.has('xtrace') ? shell.process.descriptors.has(2) && shell.process.descriptors.get(2).retain() : false;
  let undo: () => void = () => undefined;
  try {
    if (isExec) yield* redirectForGood(shell, command.redirections);
    else if (command.redirections.length > 0) undo = yield* redirect(shell, command.redirections);
  } catch (error) {
    if (traceTo) traceTo.release();
    if (!(error instanceof RedirectionError) || (target.kind === 'builtin' && target.builtin.isSpecial && shell.dialect === 'dash'))
      throw error;
    yield* report(shell, error);
    return error.status;
  }
  try {
    return yield* runTarget(shell, command, argv, target, { how, traceTo });
  } catch (error) {
    if (error instanceof ShellError) yield* report(shell, error);
    throw error;
  } finally {
    undo();
  }
}

function findTarget(shell: Shell, argv: readonly Bytes[]): Target {
  const name = argv[0];
  if (name === undefined) return { kind: 'none' };
  const builtin = lookUpBuiltin(shell, name);
  if (builtin?.isSpecial && shell.dialect === 'dash') return { kind: 'builtin', builtin };
  const body = shell.functions.get(name);
  if (body) return { kind: 'function', body };
  return builtin ? { kind: 'builtin', builtin } : { kind: 'program' };
}

interface Surroundings {
  how: Circumstances;
  traceTo: { release(): void; write(data: Bytes): Task<void> } | false;
}

function* runTarget(
  shell: Shell,
  command: SimpleCommand,
  argv: readonly Bytes[],
  target: Target,
  { how, traceTo }: Surroundings,
): Task<number> {
  const keepsAssignments = target.kind === 'none' || (target.kind === 'builtin' && target.builtin.isSpecial && shell.dialect === 'dash');
  let hasFrame = !keepsAssignments && (command.assignments.length > 0 || target.kind === 'function');
  if (hasFrame) shell.variables.pushFrame();
  try {
    const assigned: Bytes[] = [];
    for (const assignment of command.assignments) {
      if (hasFrame) shell.variables.makeLocal(assignment.name).exported = true;
      assigned.push(yield* assign(shell, assignment));
    }
    if (traceTo) yield* trace(shell, assigned, argv, traceTo);
    if (target.kind === 'none') return shell.substitutionStatus ?? 0;
    if (target.kind === 'function') return yield* callFunction(shell, target.body, argv, how);
    if (target.kind === 'builtin') {
      return yield* runDeclaration(shell, command.arrays ?? [], argv, () => runBuiltin(shell, target.builtin, argv, how));
    }
    return yield* runProgram(shell, argv, how);
  } catch (error) {
    // Why: an EXIT trap sees the local variables of the function that the shell ends in.
    hasFrame &&= !(error instanceof ShellExit);
    throw error;
  } finally {
    if (traceTo) traceTo.release();
    if (hasFrame) shell.variables.popFrame();
  }
}

/** bash: `declare name=(…)` and its like: the arrays are filled once their names are declared, or before they become read-only. */
function* runDeclaration(shell: Shell, arrays: readonly Assignment[], argv: readonly Bytes[], declare: () => Task<number>): Task<number> {
  if (arrays.length === 0) return yield* declare();
  if (argv.some((word) => /^-\w*r/.test(word))) throw new CannotSimulate(`bash: ${argv[0]} -r with an array is not modelled`);
  const isFilledFirst = argv[0] === 'readonly';
  if (isFilledFirst) for (const array of arrays) yield* assign(shell, array);
  const status = yield* declare();
  if (!isFilledFirst) for (const array of arrays) yield* assign(shell, array);
  return status;
}

/** Runs a built-in; what a regular one does wrong is only its own status. */
function* runBuiltin(shell: Shell, builtin: Builtin, argv: readonly Bytes[], how: Circumstances): Task<number> {
  try {
    return yield* builtin.run(shell, argv, how);
  } catch (error) {
    if (error instanceof SystemError) {
      const failure = new ShellError(
        shell.dialect === 'bash' ? `${argv[0]}: write error: ${error.message}` : `${argv[0]}: ${argv[0]}: I/O error`,
      );
      yield* report(shell, failure);
      return 1;
    }
    if (!(error instanceof ShellError)) throw error;
    error.message = error.message.startsWith(`${argv[0]}: `) ? error.message : `${argv[0]}: ${error.message}`;
    yield* report(shell, error);
    if (builtin.isSpecial && shell.dialect === 'dash') throw new ShellExit(error.status);
    return error.status;
  }
}

function* callFunction(shell: Shell, body: Command, argv: readonly Bytes[], how: Circumstances): Task<number> {
  const { positional, loopDepth } = shell;
  shell.positional = argv.slice(1);
  shell.loopDepth = 0;
  const { functionNames } = shell;
  shell.functionNames = [argv[0]!, ...functionNames];
  shell.functionDepth += 1;
  try {
    const status = yield* shell.engine.execute(shell, body, { isTested: how.isTested, isLast: false });
    if (shell.jump?.kind === 'return') shell.jump = undefined;
    return status;
  } finally {
    shell.functionNames = functionNames;
    shell.functionDepth -= 1;
    shell.loopDepth = loopDepth;
    shell.positional = positional;
  }
}
