/** The options of `set`, by name, with their letters; the order is the one that `set -o` lists them in. */
export const SHELL_OPTIONS = [
  { name: 'errexit', letter: 'e' },
  { name: 'noglob', letter: 'f' },
  { name: 'ignoreeof', letter: 'I' },
  { name: 'interactive', letter: 'i' },
  { name: 'monitor', letter: 'm' },
  { name: 'noexec', letter: 'n' },
  { name: 'stdin', letter: 's' },
  { name: 'xtrace', letter: 'x' },
  { name: 'verbose', letter: 'v' },
  { name: 'vi', letter: 'V' },
  { name: 'emacs', letter: 'E' },
  { name: 'noclobber', letter: 'C' },
  { name: 'allexport', letter: 'a' },
  { name: 'notify', letter: 'b' },
  { name: 'nounset', letter: 'u' },
  { name: 'privileged', letter: 'p' },
  { name: 'nolog', letter: '' },
  { name: 'debug', letter: '' },
] as const;

export type ShellOption =
  (typeof SHELL_OPTIONS)[number]['name'] | 'pipefail' | 'inherit_errexit' | 'posix' | 'braceexpand' | 'hashall' | 'errtrace' | 'nullglob';

/** Which options are on. */
export type OptionSet = Set<ShellOption>;

/** Options whose effect the sandbox does not have. */
export const UNMODELLED_OPTIONS: ReadonlySet<ShellOption> = new Set<ShellOption>(['interactive', 'monitor', 'vi', 'emacs', 'privileged']);
