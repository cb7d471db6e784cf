import type { Builtin, BuiltinFunction } from '../interpreter/builtin.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { CannotSimulate } from '../kernel/cannot-simulate.ts';
import { aliasBuiltin, unaliasBuiltin } from './alias.ts';
import { BASH_BUILTINS } from './bash-builtins.ts';
import { commandBuiltin, typeBuiltin } from './command.ts';
import { cdBuiltin, pwdBuiltin } from './directory.ts';
import { dotBuiltin } from './dot.ts';
import { echoBuiltin } from './echo.ts';
import { evalBuiltin } from './eval.ts';
import { execBuiltin } from './exec.ts';
import { getoptsBuiltin } from './getopts.ts';
import { hashBuiltin } from './hash.ts';
import { jobControlBuiltin, jobsBuiltin } from './jobs.ts';
import { exitBuiltin, leaveLoops, returnBuiltin } from './jumps.ts';
import { killBuiltin } from './kill.ts';
import { printfBuiltin } from './printf.ts';
import { readBuiltin } from './read.ts';
import { setBuiltin } from './set.ts';
import { shiftBuiltin } from './shift.ts';
import { testBuiltin } from './test.ts';
import { timesBuiltin } from './times.ts';
import { trapBuiltin } from './trap.ts';
import { ulimitBuiltin } from './ulimit.ts';
import { umaskBuiltin } from './umask.ts';
import { localBuiltin, markVariables, unsetBuiltin } from './variables.ts';
import { waitBuiltin } from './wait.ts';

const succeed: BuiltinFunction = function* () {
  return 0;
};
const fail: BuiltinFunction = function* () {
  return 1;
};

const SPECIAL: Readonly<Record<string, BuiltinFunction>> = {
  '.': dotBuiltin,
  ':': succeed,
  break: leaveLoops('break'),
  continue: leaveLoops('continue'),
  eval: evalBuiltin,
  exec: execBuiltin,
  exit: exitBuiltin,
  export: markVariables('exported'),
  local: localBuiltin,
  readonly: markVariables('readonly'),
  return: returnBuiltin,
  set: setBuiltin,
  shift: shiftBuiltin,
  times: timesBuiltin,
  trap: trapBuiltin,
  unset: unsetBuiltin,
};

const REGULAR: Readonly<Record<string, BuiltinFunction>> = {
  '[': testBuiltin,
  alias: aliasBuiltin,
  bg: jobControlBuiltin,
  cd: cdBuiltin,
  command: commandBuiltin(lookUpBuiltin),
  echo: echoBuiltin,
  false: fail,
  fg: jobControlBuiltin,
  getopts: getoptsBuiltin,
  hash: hashBuiltin,
  jobs: jobsBuiltin,
  kill: killBuiltin,
  printf: printfBuiltin,
  pwd: pwdBuiltin,
  read: readBuiltin,
  test: testBuiltin,
  true: succeed,
  type: typeBuiltin(lookUpBuiltin),
  ulimit: ulimitBuiltin,
  umask: umaskBuiltin,
  unalias: unaliasBuiltin,
  wait: waitBuiltin,
};

const DASH_ONLY: Readonly<Record<string, BuiltinFunction>> = { chdir: cdBuiltin };
const UNMODELLED_IN_BASH = new Set(
  'bind builtin caller compgen complete compopt coproc dirs disown enable fc help history logout popd pushd suspend'.split(' '),
);

const DASH = toTable(DASH_ONLY);
const BASH = toTable(BASH_BUILTINS);

/** Finds a built-in of the shell's dialect. Throws CannotSimulate for one that bash has and the sandbox lacks. */
export function lookUpBuiltin(shell: Shell, name: Bytes): Builtin | undefined {
  if (shell.dialect === 'dash') return DASH.get(name);
  if (UNMODELLED_IN_BASH.has(name)) throw new CannotSimulate(`bash: ${name} is not modelled`);
  return BASH.get(name);
}

function toTable(own: Readonly<Record<string, BuiltinFunction>>): Map<string, Builtin> {
  const table = new Map<string, Builtin>();
  for (const [name, run] of Object.entries(SPECIAL)) table.set(name, { run, isSpecial: true });
  for (const [name, run] of Object.entries({ ...REGULAR, ...own })) table.set(name, { run, isSpecial: false });
  return table;
}
