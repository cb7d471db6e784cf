import { ExpressionError } from './expression-error.ts';
import { ANY, BOOL, FLOAT, functionType, INT, LIST, STRING, STRINGS, type StaticType } from './static-type.ts';

/** A function that takes one of several lists of parameters. */
export type Overloads = readonly StaticType[];

const text = (result: StaticType, ...rest: StaticType[]): StaticType => functionType('', [STRING, ...rest], result);

/** Functions whose parameters have types; of several lists of parameters the first that fits counts. */
export const OVERLOADS: ReadonlyMap<string, Overloads> = new Map([
  ['type', [functionType('', [ANY], STRING)]],
  ['string', [functionType('', [ANY], STRING)]],
  ['trim', [text(STRING), text(STRING, STRING)]],
  ['trimPrefix', [text(STRING, STRING), text(STRING)]],
  ['trimSuffix', [text(STRING, STRING), text(STRING)]],
  ['upper', [text(STRING)]],
  ['lower', [text(STRING)]],
  ['split', [text(STRINGS, STRING), text(STRINGS, STRING, INT)]],
  ['replace', [text(STRING, STRING, STRING, INT), text(STRING, STRING, STRING)]],
  ['repeat', [text(STRING, INT)]],
  [
    'join',
    [
      functionType('', [STRINGS, STRING], STRING),
      functionType('', [LIST, STRING], STRING),
      functionType('', [LIST], STRING),
      functionType('', [STRINGS, STRING], STRING),
      functionType('', [STRINGS], STRING),
    ],
  ],
  ['indexOf', [text(INT, STRING)]],
  ['lastIndexOf', [text(INT, STRING)]],
  ['hasPrefix', [text(BOOL, STRING)]],
  ['hasSuffix', [text(BOOL, STRING)]],
  ['fromJSON', [text(ANY)]],
]);

type Check = (args: readonly StaticType[], name: string) => StaticType;

const isKind = ({ kind }: StaticType, ...kinds: StaticType['kind'][]): boolean => kind === 'unknown' || kinds.includes(kind);

/** A function of one argument, which must be of one of the kinds. */
function unary(result: (argument: StaticType) => StaticType, complaint: string, ...kinds: StaticType['kind'][]): Check {
  return (args, name) => {
    const [argument] = args;
    if (!argument || args.length !== 1) throw new ExpressionError(`invalid number of arguments (expected 1, got ${args.length})`);
    if (isKind(argument, ...kinds)) return result(argument);
    throw new ExpressionError(complaint.replace('$name', name).replace('$type', typeName(argument)));
  };
}

const ARGUMENT = 'invalid argument for $name (type $type)';

/** Nil has no type to print. */
function typeName({ kind, name }: StaticType): string {
  return kind === 'nil' ? '%!s(<nil>)' : name;
}

const round = unary(() => FLOAT, ARGUMENT, 'int', 'float');

const aggregate: Check = (args, name) => {
  if (args.length === 0) throw new ExpressionError(`not enough arguments to call ${name}`);
  for (const argument of args) {
    if (isKind(argument, 'list')) return ANY;
    if (!isKind(argument, 'int', 'float')) throw new ExpressionError(`invalid argument for ${name} (type ${typeName(argument)})`);
  }
  return args[0]!;
};

const concat: Check = (args) => {
  if (args.length === 0) throw new ExpressionError('invalid number of arguments (expected at least 1, got 0)');
  const wrong = args.find((argument) => !isKind(argument, 'list'));
  if (wrong) throw new ExpressionError(`cannot concat ${typeName(wrong)}`);
  return LIST;
};

const take: Check = (args) => {
  const [list, count] = args;
  if (args.length !== 2) throw new ExpressionError(`invalid number of arguments (expected 2, got ${args.length})`);
  if (!isKind(list!, 'list')) throw new ExpressionError(`cannot take from ${typeName(list!)}`);
  if (!isKind(count!, 'int')) throw new ExpressionError(`cannot take ${typeName(count!)} elements`);
  return list!;
};

const elementOf = (list: StaticType): StaticType => (list.kind === 'list' ? (list.name === LIST.name ? ANY : list.element!) : ANY);

/** Functions that look at the types of their arguments themselves. Models expr builtin/builtin.go. */
export const CHECKS: ReadonlyMap<string, Check> = new Map([
  ['len', unary(() => INT, ARGUMENT, 'list', 'map', 'string')],
  ['abs', unary((argument) => argument, ARGUMENT, 'int', 'float')],
  ['ceil', round],
  ['floor', round],
  ['round', round],
  ['int', unary(() => INT, ARGUMENT, 'int', 'float', 'string')],
  ['float', unary(() => FLOAT, ARGUMENT, 'int', 'float', 'string')],
  ['max', aggregate],
  ['min', aggregate],
  ['mean', aggregate],
  ['median', aggregate],
  ['first', unary(elementOf, 'cannot get first element from $type', 'list')],
  ['last', unary(elementOf, 'cannot get last element from $type', 'list')],
  ['keys', unary(() => LIST, 'cannot get keys from $type', 'map')],
  ['values', unary(() => LIST, 'cannot get values from $type', 'map')],
  ['reverse', unary(() => LIST, 'cannot reverse $type', 'list')],
  ['uniq', unary(() => LIST, 'cannot uniq $type', 'list')],
  ['flatten', unary(() => LIST, 'cannot flatten $type', 'list')],
  ['concat', concat],
  ['take', take],
]);
