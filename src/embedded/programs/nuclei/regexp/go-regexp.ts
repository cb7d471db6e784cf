import { RegexpSyntaxError, translate } from './translate.ts';

/** A regular expression of Go. */
export interface GoRegExp {
  test(text: string): boolean;
  /** Every match with its groups, as FindAllStringSubmatch gives them; groups that took no part are empty. */
  findAll(text: string): string[][];
}

/** Compiles a pattern in Go's syntax (RE2); undefined when Go would refuse it. */
export function compileGoRegExp(pattern: string): GoRegExp | undefined {
  let expression: RegExp;
  try {
    expression = new RegExp(translate(pattern), 'gu');
  } catch (error) {
    if (error instanceof RegexpSyntaxError) return undefined;
    throw error;
  }
  return {
    test: (text) => {
      expression.lastIndex = 0;
      return expression.test(text);
    },
    findAll: (text) => findAll(expression, text),
  };
}

/** Go leaves out an empty match right after another match. */
function findAll(expression: RegExp, text: string): string[][] {
  const found: string[][] = [];
  let previousEnd = -1;
  for (const match of text.matchAll(expression)) {
    const isAfterPrevious = match[0] === '' && match.index === previousEnd;
    previousEnd = match.index + match[0].length;
    if (!isAfterPrevious) found.push([...match].map((group: string | undefined) => group ?? ''));
  }
  return found;
}
