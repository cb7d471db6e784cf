import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { setValue } from '../interpreter/assign.ts';
import { writeError } from '../interpreter/report.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { EscapeRules } from '../text/escapes.ts';
import type { PrintfFlavour } from '../text/printf.ts';
import { printf } from '../text/printf.ts';

const FORMAT_ESCAPES: EscapeRules = { zeroPrefix: false, bareOctal: true, hex: false, escapeCharacter: false, quote: false };
const BASH_FORMAT_ESCAPES: EscapeRules = { zeroPrefix: false, bareOctal: true, hex: true, escapeCharacter: true, quote: true };

const DASH: PrintfFlavour = {
  formatEscapes: FORMAT_ESCAPES,
  argumentEscapes: { ...FORMAT_ESCAPES, zeroPrefix: true },
  messages: {
    noNumber: (text) => (text === '' ? '' : `${text}: expected numeric value`),
    trailing: (text) => `${text}: not completely converted`,
    outOfRange: (text) => `${text}: Numerical result out of range`,
    badDirective: (text) => `${text}: invalid directive`,
    missing: 'missing format character',
  },
  hasLengthModifiers: false,
  badDirectiveStatus: 2,
};

const BASH: PrintfFlavour = {
  formatEscapes: BASH_FORMAT_ESCAPES,
  argumentEscapes: { ...BASH_FORMAT_ESCAPES, zeroPrefix: true },
  quote: quoteWithBackslashes,
  messages: {
    noNumber: (text) => (text === '' ? '' : `${text}: invalid number`),
    trailing: (text) => `${text}: invalid number`,
    outOfRange: (text) => `warning: ${text}: Numerical result out of range`,
    badDirective: (text) => `\`${text.slice(-1)}': invalid format character`,
    missing: "`%': missing format character",
  },
  hasLengthModifiers: true,
  badDirectiveStatus: 1,
};

/** `printf format argument…` */
export const printfBuiltin: BuiltinFunction = function* (shell, argv) {
  let words = argv.slice(1);
  let variable: string | undefined;
  if (shell.dialect === 'bash' && words[0] === '-v') {
    variable = words[1];
    words = words.slice(2);
  }
  if (words[0] === '--') words = words.slice(1);
  else if (words[0]?.startsWith('-') && words[0] !== '-') throw new ShellError(`Illegal option ${words[0].slice(0, 2)}`);
  const format = words[0];
  if (format === undefined) throw new ShellError('usage: printf format [arg ...]');
  if (shell.dialect === 'bash' && /%-?\d*\(/.test(format)) throw new CannotSimulate('bash: printf %(…)T is not modelled');
  const { output, complaints, status } = printf(format, words.slice(1), shell.dialect === 'bash' ? BASH : DASH);
  if (variable !== undefined) setValue(shell, variable, output);
  else if (output !== '') yield* shell.process.write(1, output);
  for (const complaint of complaints) yield* writeError(shell.process, shell.complaint(`printf: ${complaint}`));
  return status;
};

/** bash's `%q` */
function quoteWithBackslashes(text: string): string {
  if (text === '') return "''";

  if (/[\0-\x1f\x7f-\xff]/.test(text)) throw new CannotSimulate('bash: printf %q of control characters is not modelled');
  return text.replace(/[^A-Za-z0-9_@%+=:./-]/g, '\\$&').replace(/^[~#]/, '\\$&');
}
