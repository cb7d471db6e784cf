import type { Bytes } from '../../kernel/bytes.ts';
import type { Pattern } from '../../expansion/pattern.ts';
import type { Regex } from '../../regex/compile.ts';

/** How a number is compared: `+n`, `-n` or `n`. */
export interface NumberTest {
  sign: '+' | '-' | '';
  value: number;
}

/** An expression of find. */
export type FindExpression =
  | { kind: 'and' | 'or' | 'list'; left: FindExpression; right: FindExpression }
  | { kind: 'not'; operand: FindExpression }
  | { kind: 'constant'; value: boolean }
  | { kind: 'name' | 'path'; pattern: Pattern; ignoresCase: boolean }
  | { kind: 'regex'; regex: Regex }
  | { kind: 'type'; types: readonly string[] }
  | { kind: 'empty' }
  | { kind: 'size'; test: NumberTest; unitBytes: number }
  | { kind: 'age'; test: NumberTest; unitMs: number }
  | { kind: 'newer'; thanMs: number }
  | { kind: 'permissions'; mode: number; match: 'exact' | 'all' | 'any' }
  | { kind: 'access'; wanted: 1 | 2 | 4 }
  | { kind: 'user'; user: number }
  | { kind: 'print'; end: Bytes }
  | { kind: 'printf'; format: Bytes }
  | { kind: 'delete' }
  | { kind: 'prune' }
  | { kind: 'quit' }
  /** `collects` is the form that ends in `+`. */
  | { kind: 'execute'; words: readonly Bytes[]; collects: boolean; inDirectory: boolean };

export interface FindOptions {
  follows: boolean;
  depthFirst: boolean;
  minDepth: number;
  maxDepth: number;
}
