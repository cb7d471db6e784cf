import { evaluateText } from '../expansion/evaluate.ts';
import { expandFields, expandPattern, expandQuoted, expandText } from '../expansion/expand.ts';
import { Pattern } from '../expansion/pattern.ts';
import { giveWay } from '../kernel/task.ts';
import type { Task } from '../kernel/task.ts';
import type { Command, Redirection, Word } from '../syntax/tree.ts';
import { startInBackground } from './background.ts';
import { testCondition } from './condition.ts';
import { endProcessSubstitutions } from './process-substitution.ts';
import { runPipeline } from './pipeline.ts';
import { redirect, RedirectionError } from './redirect.ts';
import { report } from './report.ts';
import { ShellError, ShellExit } from './shell-error.ts';
import type { Circumstances, Shell } from './shell.ts';
import { runSimpleCommand } from './simple-command.ts';
import { runSubshell } from './subshell.ts';
import { runErrorTrap, runPendingTraps } from './traps.ts';

const STEPS_BETWEEN_TURNS = 1000;
const TESTED: Circumstances = { isTested: true, isLast: false };

/** Commands whose failure errexit looks at; the others have had it looked at inside. */
const CHECKED: ReadonlySet<Command['kind']> = new Set(['simple', 'pipeline', 'subshell', 'condition', 'arithmetic-command']);

/** Runs a command in this shell and answers its status, which is also in `lastStatus`. Throws ShellExit where the shell ends. */
export function* execute(shell: Shell, command: Command, how: Circumstances): Task<number> {
  if (++shell.steps >= STEPS_BETWEEN_TURNS) {
    shell.steps = 0;
    yield giveWay;
  }
  const status = yield* dispatch(shell, command, how);
  shell.lastStatus = status;
  if (shell.dialect === 'bash' && command.kind !== 'pipeline' && CHECKED.has(command.kind)) shell.pipeStatuses = [status];
  if (shell.process.pending.length > 0) yield* runPendingTraps(shell);
  if (status !== 0 && !how.isTested && CHECKED.has(command.kind)) yield* failUnseen(shell, status);
  return status;
}

/** Nobody looks at the status of a command that has failed: the ERR trap runs, and errexit ends the shell. */
function* failUnseen(shell: Shell, status: number): Task<void> {
  yield* runErrorTrap(shell, status);
  if (shell.has('errexit')) throw new ShellExit(status);
}

function* dispatch(shell: Shell, command: Command, how: Circumstances): Task<number> {
  switch (command.kind) {
    case 'simple':
      return yield* runSimpleCommand(shell, command, how);
    case 'sequence':
      return yield* runSequence(shell, command.commands, how);
    case 'and':
    case 'or':
      return yield* runAndOr(shell, command, how);
    case 'not':
      return yield* runNot(shell, command.command);
    case 'if':
      return yield* runIf(shell, command, how);
    case 'while':
    case 'until':
      return yield* runLoop(shell, command, how);
    case 'for':
      return yield* runFor(shell, command, how);
    case 'case':
      return yield* runCase(shell, command, how);
    case 'pipeline':
      return yield* runPipeline(shell, command.commands, how);
    case 'subshell':
      return yield* runSubshell(shell, command.body, how);
    case 'background':
      return startInBackground(shell, command.command, how);
    case 'redirected':
      return yield* runRedirected(shell, command, how);
    case 'function':
      shell.functions.set(command.name, command.body);
      return 0;
    case 'condition':
      shell.line = command.line;
      return yield* testCondition(shell, command.expression);
    case 'arithmetic-command':
      shell.line = command.line;
      return yield* runArithmetic(shell, command.expression);
    case 'arithmetic-for':
      return yield* runArithmeticFor(shell, command, how);
  }
}

/** A `return` on its way out keeps its status, in dash also a `break`. */
function* runNot(shell: Shell, command: Command): Task<number> {
  const status = yield* execute(shell, command, TESTED);
  if (shell.jump && (shell.jump.kind === 'return' || shell.dialect === 'dash')) return status;
  return status === 0 ? 1 : 0;
}

function* runSequence(shell: Shell, commands: readonly Command[], how: Circumstances): Task<number> {
  let status = 0;
  for (const [index, command] of commands.entries()) {
    const isLast = how.isLast && index === commands.length - 1;
    status = yield* execute(shell, command, isLast === how.isLast ? how : { ...how, isLast });
    if (shell.jump) return status;
  }
  return status;
}

function* runAndOr(shell: Shell, command: Command & { kind: 'and' | 'or' }, how: Circumstances): Task<number> {
  const status = yield* execute(shell, command.left, TESTED);
  if (shell.jump || (status === 0) !== (command.kind === 'and')) return status;
  return yield* execute(shell, command.right, how);
}

function* runIf(shell: Shell, command: Command & { kind: 'if' }, how: Circumstances): Task<number> {
  const condition = yield* execute(shell, command.condition, TESTED);
  if (shell.jump) return condition;
  if (condition === 0) return yield* execute(shell, command.then, how);
  return command.otherwise ? yield* execute(shell, command.otherwise, how) : 0;
}

function* runLoop(shell: Shell, command: Command & { kind: 'while' | 'until' }, how: Circumstances): Task<number> {
  const body = { ...how, isLast: false };
  let status = 0;
  shell.loopDepth += 1;
  for (;;) {
    const condition = yield* execute(shell, command.condition, TESTED);
    if (shell.jump) {
      if (leavesLoop(shell)) break;
      continue;
    }
    if ((condition === 0) !== (command.kind === 'while')) break;
    status = yield* execute(shell, command.body, body);
    if (shell.jump && leavesLoop(shell)) break;
  }
  shell.loopDepth -= 1;
  return status;
}

function* runFor(shell: Shell, command: Command & { kind: 'for' }, how: Circumstances): Task<number> {
  shell.line = command.line;
  const values = command.words ? yield* expandFields(shell, command.words) : shell.positional;
  const body = { ...how, isLast: false };
  let status = 0;
  shell.loopDepth += 1;
  for (const value of values) {
    shell.variables.set(command.name, value);
    status = yield* execute(shell, command.body, body);
    if (shell.jump && leavesLoop(shell)) break;
  }
  shell.loopDepth -= 1;
  return status;
}

/** `((…))`: an expression that is wrong counts as a false one. */
function* runArithmetic(shell: Shell, expression: Word): Task<number> {
  const text = yield* expandQuoted(shell, expression);
  try {
    return evaluateText(shell, text) === 0n ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ShellError) || error.status === 127) throw error;
    error.message = `((: ${error.message}`;
    yield* report(shell, error);
    return 1;
  }
}

function* runArithmeticFor(shell: Shell, command: Command & { kind: 'arithmetic-for' }, how: Circumstances): Task<number> {
  const evaluate = function* (expression: Word): Task<bigint> {
    shell.line = command.line;
    return evaluateText(shell, yield* expandQuoted(shell, expression));
  };
  let status = 0;
  shell.loopDepth += 1;
  yield* evaluate(command.start);
  while (command.test.length === 0 || (yield* evaluate(command.test)) !== 0n) {
    status = yield* execute(shell, command.body, { ...how, isLast: false });
    if (shell.jump && leavesLoop(shell)) break;
    yield* evaluate(command.step);
  }
  shell.loopDepth -= 1;
  return status;
}

/** Takes one loop off a `break` or `continue`; answers whether this loop ends. */
function leavesLoop(shell: Shell): boolean {
  const { jump } = shell;
  if (!jump || jump.kind === 'return') return true;
  if (jump.levels > 1) {
    jump.levels -= 1;
    return true;
  }
  shell.jump = undefined;
  return jump.kind === 'break';
}

function* runCase(shell: Shell, command: Command & { kind: 'case' }, how: Circumstances): Task<number> {
  shell.line = command.line;
  const subject = yield* expandText(shell, command.subject);
  for (const item of command.items) {
    for (const pattern of item.patterns) {
      if (!Pattern.compile(yield* expandPattern(shell, pattern)).matches(subject)) continue;
      return item.body ? yield* execute(shell, item.body, how) : 0;
    }
  }
  return 0;
}

function* runRedirected(
  shell: Shell,
  command: { command: Command; redirections: readonly Redirection[]; line: number },
  how: Circumstances,
): Task<number> {
  shell.line = command.line;
  const substitutions = shell.substitutedDescriptors.length;
  let undo: () => void;
  try {
    undo = yield* redirect(shell, command.redirections);
  } catch (error) {
    if (!(error instanceof RedirectionError)) throw error;
    yield* report(shell, error);
    if (!how.isTested) yield* failUnseen(shell, error.status);
    return error.status;
  }
  try {
    return yield* execute(shell, command.command, how);
  } catch (error) {
    if (error instanceof ShellError) yield* report(shell, error);
    throw error;
  } finally {
    undo();
    endProcessSubstitutions(shell, substitutions);
  }
}
