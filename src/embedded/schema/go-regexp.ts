const compiled = new Map<string, RegExp | undefined>();
const MOST_REMEMBERED = 500;

/** A pattern in Go's syntax as far as JavaScript has it; undefined when it is no regular expression. */
export function goRegExp(pattern: string): RegExp | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  if (compiled.size >= MOST_REMEMBERED) compiled.clear();
  const expression = compile(pattern);
  compiled.set(pattern, expression);
  return expression;
}

function compile(pattern: string): RegExp | undefined {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const source = (flags ? pattern.slice(flags[0].length) : pattern)
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\z', '$')
    .replaceAll('\\A', '^')
    .replace(/\[:(alnum|alpha|digit|lower|upper|space|word|xdigit|punct):\]/g, (_, name: string) => POSIX_CLASSES[name]!);
  for (const unicode of ['u', '']) {
    try {
      return new RegExp(source, (flags?.[1] ?? '') + unicode);
    } catch {
      continue;
    }
  }
  return undefined;
}

const POSIX_CLASSES: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\t\\n\\v\\f\\r ',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
  punct: '!-\\/:-@\\[-`{-~',
};
