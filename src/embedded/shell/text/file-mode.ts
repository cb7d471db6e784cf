const CLAUSE = /^([ugoa]*)((?:[-+=][rwxXst]*|[-+=][ugo])+)$/;
const MASKS: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007 };
const BITS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111 };

/** Applies an octal or symbolic mode, such as `755` or `u+x,go-w`, to permission bits; undefined for what is no mode. */
export function parseMode(text: string, current: number, context: { umask: number; isDirectory: boolean }): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) return parseInt(text, 8) & 0o7777;
  let mode = current;
  for (const clause of text.split(',')) {
    const match = CLAUSE.exec(clause);
    if (!match) return undefined;
    mode = applyClause(mode, match[1]!, match[2]!, context);
  }
  return mode;
}

function applyClause(current: number, who: string, actions: string, context: { umask: number; isDirectory: boolean }): number {
  const classes = who === '' || who.includes('a') ? 'ugo' : who;
  const mask = Array.from(classes).reduce((bits, letter) => bits | MASKS[letter]!, 0);
  let mode = current;
  for (const [, operator, letters] of actions.matchAll(/([-+=])([rwxXst]*|[ugo])/g)) {
    let bits = bitsOf(letters!, mode, context.isDirectory) & mask;
    if (who === '') bits &= ~context.umask;
    if (operator === '+') mode |= bits;
    else if (operator === '-') mode &= ~bits;
    else mode = (mode & ~(mask & 0o777)) | bits;
  }
  return mode;
}

function bitsOf(letters: string, mode: number, isDirectory: boolean): number {
  if (/^[ugo]$/.test(letters)) {
    const shift = letters === 'u' ? 6 : letters === 'g' ? 3 : 0;
    return ((mode >> shift) & 7) * 0o111;
  }
  let bits = 0;
  for (const letter of letters) {
    if (letter === 's') bits |= 0o6000;
    else if (letter === 't') bits |= 0o1000;
    else if (letter === 'X') bits |= isDirectory || (mode & 0o111) !== 0 ? 0o111 : 0;
    else bits |= BITS[letter]!;
  }
  return bits;
}
