import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';

/** Values by the name that stands between `{{` and `}}`. */
export type Variables = Readonly<Record<string, string | number>>;

const NUMBERS_AND_SIGNS = /^[0-9+\-/\W]+$/;
const UNRESOLVED = /(?:%7[B|b]|\{){2}([^}]+)(?:%7[D|d]|\}){2}["')}]*/g;
const LITERAL = /^\s*(?:"[^"]*"|'[^']*'|true|false)\s*$/;

/**
 * Puts values in place of `{{name}}` and `§name§`; names without a value stay as they are. Throws CannotSimulate for an expression, such
 * as a call of a helper function. Models expressions.Evaluate without its functions.
 */
export function substitute(text: string, variables: Variables): string {
  const value = (whole: string, name: string): string => (Object.hasOwn(variables, name) ? String(variables[name]) : whole);
  const replaced = text.replace(/\{\{((?:(?!\{\{|\}\})[^])*)\}\}/g, value).replace(/§([^§]*)§/g, value);
  for (const [, expression = ''] of replaced.matchAll(/\{\{((?:(?!\}\})[^])+)\}\}/g)) mustBeNoExpression(expression, variables);
  return replaced;
}

function mustBeNoExpression(text: string, variables: Variables): void {
  if (/^[\w .-]*$/.test(text) || LITERAL.test(text)) return;
  const usesNames = /[A-Za-z_]\w*\s*\(/.test(text) || Object.keys(variables).some((name) => text.includes(name));
  if (usesNames) throw new CannotSimulate(`the nuclei expression {{${text}}} is not modelled`);
}

/** Names between braces that nothing was put in place of, as they stand in a request; nuclei does not send it then. */
export function unresolvedNames(request: string): string[] {
  return [...request.matchAll(UNRESOLVED)]
    .map(([, name = '']) => name)
    .filter((name) => !NUMBERS_AND_SIGNS.test(name) && !LITERAL.test(name));
}
