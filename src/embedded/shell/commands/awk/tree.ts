import type { Bytes } from '../../kernel/bytes.ts';
import type { Regex } from '../../regex/compile.ts';

/** Something that can be assigned to. */
export type LeftValue =
  | { kind: 'variable'; name: Bytes }
  | { kind: 'element'; array: Bytes; subscript: readonly Expression[] }
  | { kind: 'field'; index: Expression };

export type Expression =
  | LeftValue
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: Bytes }
  /** Stands for `$0 ~ regex` except where a regular expression is wanted. */
  | { kind: 'regex'; regex: Regex; source: Bytes }
  | { kind: 'group'; items: readonly Expression[] }
  | { kind: 'unary'; operator: '!' | '-' | '+'; operand: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'concatenation'; left: Expression; right: Expression }
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'match'; isNegated: boolean; text: Expression; pattern: Expression }
  | { kind: 'in'; subscript: readonly Expression[]; array: Bytes }
  | { kind: 'conditional'; condition: Expression; then: Expression; otherwise: Expression }
  | { kind: 'assignment'; operator: ArithmeticOperator | undefined; target: LeftValue; value: Expression }
  | { kind: 'increment'; by: 1 | -1; isPrefix: boolean; target: LeftValue }
  | { kind: 'call'; name: Bytes; args: readonly Expression[] }
  | { kind: 'built-in'; name: string; args: readonly Expression[] }
  | { kind: 'getline'; from: 'input' | 'file' | 'command'; source: Expression | undefined; target: LeftValue | undefined };

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type BinaryOperator = ArithmeticOperator | '<' | '<=' | '==' | '!=' | '>' | '>=';

export interface Destination {
  kind: 'file' | 'append' | 'command';
  target: Expression;
}

export type Statement =
  | { kind: 'expression'; expression: Expression }
  | { kind: 'print' | 'printf'; args: readonly Expression[]; destination: Destination | undefined }
  | { kind: 'block'; statements: readonly Statement[] }
  | { kind: 'if'; condition: Expression; then: Statement; otherwise: Statement | undefined }
  | { kind: 'while'; condition: Expression; body: Statement }
  | { kind: 'do'; condition: Expression; body: Statement }
  | { kind: 'for'; start: Statement | undefined; condition: Expression | undefined; step: Statement | undefined; body: Statement }
  | { kind: 'for-in'; name: Bytes; array: Bytes; body: Statement }
  | { kind: 'delete'; array: Bytes; subscript: readonly Expression[] | undefined }
  | { kind: 'exit'; status: Expression | undefined }
  | { kind: 'return'; value: Expression | undefined }
  | { kind: 'next' | 'next-file' | 'break' | 'continue' };

export interface Rule {
  /** Absent: every record. */
  pattern: Expression | undefined;
  /** The second pattern of a range. */
  end: Expression | undefined;
  /** Absent: prints the record. */
  body: Statement | undefined;
}

export interface UserFunction {
  parameters: readonly Bytes[];
  body: Statement;
}

export interface AwkProgram {
  begin: readonly Statement[];
  rules: readonly Rule[];
  end: readonly Statement[];
  functions: ReadonlyMap<Bytes, UserFunction>;
}
