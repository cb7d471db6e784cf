import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateCondition } from './condition.ts';
import { ExpressionError } from './expression-error.ts';
import golden from './golden/conditions.json' with { type: 'json' };
import { typedList, type Value } from './values.ts';

/** Whether the condition holds, or what is said instead. */
function outcome(condition: string, result: Value): boolean | string {
  try {
    return evaluateCondition(condition, result);
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}

/** Recorded from utils/evaluate of Argo Rollouts v1.10.1: what it answers for these results and conditions. */
describe('conditions answer as the real ones', () => {
  for (const { result, floats, conditions } of golden as {
    result: Value;
    floats?: boolean;
    conditions: Record<string, boolean | string>;
  }[]) {
    test(`for ${floats ? 'the numbers ' : ''}${JSON.stringify(result).slice(0, 60)}`, () => {
      const value = floats ? typedList(result as number[], 'float64') : result;
      const answers = Object.keys(conditions).map((condition) => [condition, outcome(condition, value)]);
      expect(Object.fromEntries(answers)).toEqual(conditions);
    });
  }
});

const number = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
const literal = (value: number): string => {
  const text = Math.abs(value).toFixed(6);
  return value < 0 ? `(-${text})` : text;
};

describe('numbers', () => {
  test('compare as in JavaScript', () => {
    fc.assert(
      fc.property(number, number, fc.constantFrom('<', '>', '<=', '>=', '==', '!='), (a, b, operator) => {
        const [left, right] = [Number(literal(a).replace(/[()]/g, '')), Number(literal(b).replace(/[()]/g, ''))];
        const expected = {
          '<': left < right,
          '>': left > right,
          '<=': left <= right,
          '>=': left >= right,
          '==': left === right,
          '!=': left !== right,
        };
        expect(outcome(`result ${operator} ${literal(b)}`, left)).toBe(expected[operator]);
      }),
    );
  });

  test('of both kinds mix, and whole ones stay whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (a, b) => {
        expect(outcome(`(${a}) + ${b} == ${a + b}`, null)).toBe(true);
        expect(outcome(`(${a}) * ${b} == ${a * b}`, null)).toBe(true);
        expect(outcome(`(${a}) % ${b} == ${a % b}`, null)).toBe(true);
        expect(outcome(`result / ${b} == ${a} / ${b}.0`, a)).toBe(true);
        expect(outcome(`type((${a}) / ${b}) == "float" and type((${a}) - ${b}) == "int"`, null)).toBe(true);
      }),
    );
  });
});

describe('logic', () => {
  type Formula = { text: string; value: boolean };
  const formula = fc.letrec<{ formula: Formula }>((tie) => ({
    formula: fc.oneof(
      { maxDepth: 4 },
      fc.boolean().map((value): Formula => ({ text: value ? 'result.yes' : 'result.no', value })),
      fc.boolean().map((value): Formula => ({ text: String(value), value })),
      tie('formula').map(({ text, value }): Formula => ({ text: `not (${text})`, value: !value })),
      tie('formula').map(({ text, value }): Formula => ({ text: `!(${text})`, value: !value })),
      fc
        .tuple(tie('formula'), tie('formula'), fc.constantFrom('and', '&&'))
        .map(([a, b, operator]): Formula => ({ text: `(${a.text}) ${operator} (${b.text})`, value: a.value && b.value })),
      fc
        .tuple(tie('formula'), tie('formula'), fc.constantFrom('or', '||'))
        .map(([a, b, operator]): Formula => ({ text: `(${a.text}) ${operator} (${b.text})`, value: a.value || b.value })),
      fc
        .tuple(tie('formula'), tie('formula'), tie('formula'))
        .map(([a, b, c]): Formula => ({ text: `(${a.text}) ? (${b.text}) : (${c.text})`, value: a.value ? b.value : c.value })),
    ),
  })).formula;

  test('is that of and, or, not and ?:', () => {
    fc.assert(
      fc.property(formula, ({ text, value }) => {
        expect(outcome(text, { yes: true, no: false })).toBe(value);
      }),
    );
  });
});

describe('lists', () => {
  const list = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 12 });

  test('closures see every element', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: -20, max: 20 }), (items, limit) => {
        const over = items.filter((item) => item > limit);
        const holds = (condition: string): boolean | string => outcome(condition, { items });
        expect(holds(`all(result.items, # > ${limit})`)).toBe(over.length === items.length);
        expect(holds(`any(result.items, # > ${limit})`)).toBe(over.length > 0);
        expect(holds(`none(result.items, # > ${limit})`)).toBe(over.length === 0);
        expect(holds(`one(result.items, # > ${limit})`)).toBe(over.length === 1);
        expect(holds(`count(result.items, # > ${limit}) == ${over.length}`)).toBe(true);
        expect(holds(`len(filter(result.items, # > ${limit})) == ${over.length}`)).toBe(true);
        expect(holds(`filter(result.items, # > ${limit}) == [${over.join()}]`)).toBe(true);
        expect(holds(`map(result.items, # + 1) == [${items.map((item) => item + 1).join()}]`)).toBe(true);
        expect(holds(`${limit} in result.items`)).toBe(items.includes(limit));
        expect(holds(`sum(result.items) == ${items.reduce((total, item) => total + item, 0)}`)).toBe(true);
      }),
    );
  });

  test('are counted from either end', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: -15, max: 15 }), (items, index) => {
        const item = items.at(index);
        const answer = outcome(`result.items[${index}] == ${item ?? 0}`, { items });
        const asked = index < 0 ? items.length + index : index;
        expect(answer).toBe(item === undefined ? `index out of range: ${asked} (array length is ${items.length})` : true);
      }),
    );
  });
});

test('whatever is written, the answer is yes, no or a message, and always the same', () => {
  const pieces = [
    'result',
    '.a',
    '[0]',
    '(',
    ')',
    ' > ',
    ' and ',
    'not ',
    '1',
    '1.5',
    '"x"',
    ' == ',
    'len(',
    'all(',
    '#',
    ', ',
    '?',
    ':',
    '??',
    '{',
    '}',
    ' in ',
    '+',
    '-',
    ';',
    'nil',
    '.',
    '|',
    'let x = ',
  ];
  const anything = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 30 }),
  );
  fc.assert(
    fc.property(anything, fc.jsonValue(), (condition, result) => {
      expect(outcome(condition, result as Value)).toEqual(outcome(condition, result as Value));
    }),
    { numRuns: 1000 },
  );
});
