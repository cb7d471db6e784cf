import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import type { Shell } from './shell.ts';

const UNMODELLED = new Set(
  'BASHOPTS BASHPID BASH_ARGC BASH_ARGV BASH_COMMAND BASH_EXECUTION_STRING BASH_LINENO BASH_SOURCE BASH_VERSINFO DIRSTACK EPOCHREALTIME GROUPS HOSTTYPE MACHTYPE SHELLOPTS SRANDOM'.split(
    ' ',
  ),
);
const RANDOM_BOUND = 32_768;

/** The variables that bash computes when they are looked at; undefined for a name that is none. Throws CannotSimulate for those that the sandbox lacks. */
export function bashVariable(shell: Shell, name: Bytes): Bytes | undefined {
  const { kernel } = shell.process;
  switch (name) {
    case 'BASH_SUBSHELL':
      return String(shell.subshellDepth);
    case 'EPOCHSECONDS':
      return String(Math.floor(kernel.host.now() / 1000));
    case 'FUNCNAME':
      return shell.functionNames[0];
    case 'LINENO':
      return String(shell.line);
    case 'PIPESTATUS':
      return String(shell.pipeStatuses[0]);
    case 'RANDOM':
      return String(kernel.random.below(RANDOM_BOUND));
    case 'SECONDS':
      return String(Math.floor((kernel.host.now() - shell.startedMs) / 1000));
    default:
      if (UNMODELLED.has(name)) throw new CannotSimulate(`bash: the variable ${name} is not modelled`);
      return undefined;
  }
}
