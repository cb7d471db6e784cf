import { testPrimary } from '../builtins/test-primary.ts';
import { assignArray } from '../expansion/array.ts';
import { evaluateText } from '../expansion/evaluate.ts';
import { expandPattern, expandRegex, expandText } from '../expansion/expand.ts';
import { Pattern } from '../expansion/pattern.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Task } from '../kernel/task.ts';
import { compileRegex } from '../regex/compile.ts';
import type { Condition } from '../syntax/tree.ts';
import type { Shell } from './shell.ts';

/** bash: the status of `[[ … ]]`. */
export function* testCondition(shell: Shell, condition: Condition): Task<number> {
  return (yield* holds(shell, condition)) ? 0 : 1;
}

function* holds(shell: Shell, condition: Condition): Task<boolean> {
  switch (condition.kind) {
    case 'not':
      return !(yield* holds(shell, condition.operand));
    case 'and':
      return (yield* holds(shell, condition.left)) && (yield* holds(shell, condition.right));
    case 'or':
      return (yield* holds(shell, condition.left)) || (yield* holds(shell, condition.right));
    case 'unary': {
      const operand = yield* expandText(shell, condition.operand);
      if (condition.operator === '-v') return shell.parameter(operand) !== undefined;
      if (condition.operator === '-o') throw new CannotSimulate('bash: [[ -o option ]] is not modelled');
      return testPrimary(shell.process, condition.operator, operand);
    }
    case 'binary':
      return yield* compare(shell, condition);
  }
}

function* compare(shell: Shell, { operator, left, right }: Condition & { kind: 'binary' }): Task<boolean> {
  const subject = yield* expandText(shell, left);
  switch (operator) {
    case '=':
    case '==':
      return Pattern.compile(yield* expandPattern(shell, right)).matches(subject);
    case '!=':
      return !Pattern.compile(yield* expandPattern(shell, right)).matches(subject);
    case '=~':
      return matchRegex(shell, subject, yield* expandRegex(shell, right));
    case '<':
      return subject < (yield* expandText(shell, right));
    case '>':
      return subject > (yield* expandText(shell, right));
    case '-nt':
    case '-ot':
    case '-ef':
      throw new CannotSimulate(`bash: ${operator} in [[ ]] is not modelled`);
    default:
      return compareNumbers(operator, evaluateText(shell, subject), evaluateText(shell, yield* expandText(shell, right)));
  }
}

function matchRegex(shell: Shell, subject: Bytes, pattern: Bytes): boolean {
  const match = compileRegex(pattern, { syntax: 'extended' }).exec(subject, 0);
  const groups = match ? [subject.slice(match.start, match.end), ...match.groups.map((group) => group ?? '')] : [];
  assignArray(shell, 'BASH_REMATCH', new Map(groups.entries()));
  return match !== undefined;
}

function compareNumbers(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    default:
      return left >= right;
  }
}
