import { EvaluationError, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { admissionEnvironment } from '../../schema/cel-environment.ts';

/** What an expression came to: a value, or why it came to none. */
export type Outcome = { value: unknown } | { error: string };

type Program = { evaluate: ParseResult } | { problem: string };

const programs = new Map<string, Program>();

/** Why an expression of a policy cannot be used; undefined when it can. Conditions have to be about yes or no. */
export function expressionProblem(expression: string, kind: 'condition' | 'text' | 'value'): string | undefined {
  const program = compile(expression);
  if ('problem' in program) return program.problem;
  const { type } = program.evaluate.check();
  const fitting = { condition: ['bool', 'boolean', 'dyn'], text: ['string', 'dyn'], value: undefined }[kind];
  if (!fitting || type === undefined || fitting.includes(type)) return undefined;
  return `must evaluate to ${kind === 'condition' ? 'bool' : 'string'}`;
}

/** Evaluates an expression of a policy. Models apiserver plugin/cel/condition.go, in whose words it says what went wrong. */
export function evaluate(expression: string, activation: Record<string, unknown>): Outcome {
  const program = compile(expression);
  if ('problem' in program) return { error: program.problem };
  try {
    return { value: program.evaluate(activation) as unknown };
  } catch (error) {
    return { error: `expression '${expression}' resulted in error: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof EvaluationError) return error.summary.charAt(0).toLowerCase() + error.summary.slice(1);
  return error instanceof Error ? error.message : String(error);
}

function compile(expression: string): Program {
  let program = programs.get(expression);
  if (!program) programs.set(expression, (program = parse(expression)));
  return program;
}

function parse(expression: string): Program {
  try {
    const evaluate = admissionEnvironment().parse(expression);
    const { valid, error } = evaluate.check();
    return valid ? { evaluate } : { problem: `compilation failed: ERROR: <input>:1:1: ${error?.summary ?? 'invalid expression'}` };
  } catch (error) {
    return { problem: `compilation failed: ERROR: <input>:1:1: ${error instanceof ParseError ? error.summary : String(error)}` };
  }
}
