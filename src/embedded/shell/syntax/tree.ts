import type { Bytes } from '../kernel/bytes.ts';

/** Which shell's language a script is read and run as. */
export type Dialect = 'dash' | 'bash';

/** A word as written: it is expanded when the command that holds it runs. */
export type Word = readonly WordPart[];

/** A piece of a word; `quoted` keeps what it gives from being split and from matching as a pattern. */
export type WordPart =
  | { kind: 'literal'; text: Bytes; quoted: boolean }
  | ParameterPart
  | { kind: 'command'; body: Command | undefined; quoted: boolean }
  | { kind: 'arithmetic'; expression: Word; quoted: boolean }
  /** bash: `<(…)` and `>(…)`. */
  | { kind: 'process'; operator: '<' | '>'; body: Command | undefined; quoted: false };

/** `$name`, `${name}` and `${name op word}`. */
export interface ParameterPart {
  kind: 'parameter';
  name: Bytes;
  operation: ParameterOperation | undefined;
  quoted: boolean;
  /** Subscript of a bash array: `@`, `*` or an expression. */
  subscript?: Word | '@' | '*';
}

/** What `${name…}` does with the value. */
export type ParameterOperation =
  | { kind: 'length' }
  /** `-`, `=`, `?` and `+`; `orEmpty` is the form with a colon. */
  | { kind: 'default' | 'assign' | 'error' | 'alternative'; orEmpty: boolean; word: Word }
  | { kind: 'trim'; end: 'prefix' | 'suffix'; longest: boolean; pattern: Word }
  /** `${name` followed by something that no operator starts with: fails when it is expanded. */
  | { kind: 'bad' }
  /** bash: `${name:offset:length}`. */
  | { kind: 'slice'; offset: Word; length: Word | undefined }
  /** bash: `${name/pattern/text}`. */
  | { kind: 'replace'; pattern: Word; replacement: Word; where: 'first' | 'all' | 'start' | 'end' }
  /** bash: `${name^}`, `${name,}` and the doubled forms. */
  | { kind: 'case'; upper: boolean; all: boolean }
  /** bash: `${!name}`. */
  | { kind: 'indirect' }
  /** bash: `${!name[@]}`. */
  | { kind: 'keys' };

/** `name=value` in front of a command. */
export interface Assignment {
  name: Bytes;
  value: Word;
  /** bash: `name+=value`. */
  appends: boolean;
  /** bash: `name[subscript]=value`. */
  subscript?: Word;
  /** bash: `name=(…)`. */
  elements?: readonly Word[];
}

export type RedirectionOperator = '<' | '>' | '>>' | '<>' | '>|' | '<&' | '>&' | '<<' | '<<<' | '&>' | '&>>';

export interface Redirection {
  /** The descriptor it applies to; undefined for the operator's usual one. */
  descriptor: number | undefined;
  operator: RedirectionOperator;
  /** A path, a descriptor, or for `<<` the body of the here-document. */
  target: Word;
}

interface CompoundList {
  body: Command;
}

/** A command of any form. */
export type Command =
  | SimpleCommand
  | { kind: 'not'; command: Command }
  | { kind: 'pipeline'; commands: readonly Command[] }
  | { kind: 'and' | 'or'; left: Command; right: Command }
  | { kind: 'sequence'; commands: readonly Command[] }
  | { kind: 'background'; command: Command }
  | ({ kind: 'subshell'; line: number } & CompoundList)
  | { kind: 'redirected'; command: Command; redirections: readonly Redirection[]; line: number }
  | { kind: 'if'; condition: Command; then: Command; otherwise: Command | undefined }
  | ({ kind: 'while' | 'until'; condition: Command } & CompoundList)
  | ({ kind: 'for'; name: Bytes; words: readonly Word[] | undefined; line: number } & CompoundList)
  | { kind: 'case'; subject: Word; items: readonly CaseItem[]; line: number }
  | { kind: 'function'; name: Bytes; body: Command }
  /** bash: `[[ … ]]`. */
  | { kind: 'condition'; expression: Condition; line: number }
  /** bash: `(( … ))`. */
  | { kind: 'arithmetic-command'; expression: Word; line: number }
  /** bash: `for ((…; …; …))`. */
  | ({ kind: 'arithmetic-for'; start: Word; test: Word; step: Word; line: number } & CompoundList);

export interface SimpleCommand {
  kind: 'simple';
  assignments: readonly Assignment[];
  words: readonly Word[];
  /** bash: arrays behind `declare`, `local` and their like, whose names are among the words. */
  arrays?: readonly Assignment[];
  redirections: readonly Redirection[];
  line: number;
}

export interface CaseItem {
  patterns: readonly Word[];
  body: Command | undefined;
}

/** An expression between `[[` and `]]`. */
export type Condition =
  | { kind: 'not'; operand: Condition }
  | { kind: 'and' | 'or'; left: Condition; right: Condition }
  | { kind: 'unary'; operator: string; operand: Word }
  | { kind: 'binary'; operator: string; left: Word; right: Word };
