/** A signal by its name without SIG, such as `TERM`. */
export type SignalName = string;

const NUMBERS: ReadonlyMap<SignalName, number> = new Map(
  (
    'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ ' +
    'VTALRM PROF WINCH IO PWR SYS'
  )
    .split(' ')
    .map((name, index) => [name, index + 1]),
);
const NAMES: ReadonlyMap<number, SignalName> = new Map([...NUMBERS].map(([name, number]) => [number, name]));
const ALIASES: ReadonlyMap<SignalName, SignalName> = new Map([
  ['IOT', 'ABRT'],
  ['CLD', 'CHLD'],
  ['POLL', 'IO'],
]);
const IGNORED_BY_DEFAULT: ReadonlySet<SignalName> = new Set(['CHLD', 'CONT', 'URG', 'WINCH']);
const STOPPING: ReadonlySet<SignalName> = new Set(['STOP', 'TSTP', 'TTIN', 'TTOU']);
const DESCRIPTIONS: ReadonlyMap<SignalName, string> = new Map([
  ['HUP', 'Hangup'],
  ['INT', 'Interrupt'],
  ['QUIT', 'Quit'],
  ['ILL', 'Illegal instruction'],
  ['TRAP', 'Trace/breakpoint trap'],
  ['ABRT', 'Aborted'],
  ['BUS', 'Bus error'],
  ['FPE', 'Floating point exception'],
  ['KILL', 'Killed'],
  ['USR1', 'User defined signal 1'],
  ['SEGV', 'Segmentation fault'],
  ['USR2', 'User defined signal 2'],
  ['PIPE', 'Broken pipe'],
  ['ALRM', 'Alarm clock'],
  ['TERM', 'Terminated'],
  ['STKFLT', 'Stack fault'],
  ['XCPU', 'CPU time limit exceeded'],
  ['XFSZ', 'File size limit exceeded'],
  ['VTALRM', 'Virtual timer expired'],
  ['PROF', 'Profiling timer expired'],
  ['IO', 'I/O possible'],
  ['PWR', 'Power failure'],
  ['SYS', 'Bad system call'],
]);

/** All signal names in the order of their numbers, from 1. */
export const SIGNAL_NAMES: readonly SignalName[] = [...NUMBERS.keys()];

/** The signal's number on Linux. */
export function signalNumber(name: SignalName): number {
  return NUMBERS.get(name)!;
}

/** The name that belongs to a number; undefined when there is none. */
export function signalName(number: number): SignalName | undefined {
  return NAMES.get(number);
}

/** Reads `TERM`, `SIGTERM`, `term` or `15`; undefined for anything else, and for 0. */
export function parseSignal(text: string): SignalName | undefined {
  if (/^\d+$/.test(text)) return NAMES.get(Number(text));
  const name = text.toUpperCase().replace(/^SIG/, '');
  return NUMBERS.has(name) ? name : ALIASES.get(name);
}

/** What a signal does to a process that neither ignores nor catches it. */
export function defaultAction(name: SignalName): 'terminate' | 'ignore' | 'stop' {
  if (IGNORED_BY_DEFAULT.has(name)) return 'ignore';
  return STOPPING.has(name) ? 'stop' : 'terminate';
}

/** The words that a shell prints about a process that the signal ended. */
export function describeSignal(name: SignalName): string {
  return DESCRIPTIONS.get(name) ?? `Signal ${signalNumber(name)}`;
}
