import type { Bytes } from '../kernel/bytes.ts';
import type { Process } from '../kernel/process.ts';
import type { Task } from '../kernel/task.ts';
import type { Command, Dialect } from '../syntax/tree.ts';
import { JobTable } from './job-table.ts';
import { bashVariable } from './bash-variables.ts';
import type { OptionSet, ShellOption } from './options.ts';
import { SHELL_OPTIONS } from './options.ts';
import { VariableTable } from './variable-table.ts';

/** How a command is run. */
export interface Circumstances {
  /** The status is looked at (`if`, `&&`, `!` …), so errexit does not apply. */
  isTested: boolean;
  /** The process ends after the command, so a program may take its place. */
  isLast: boolean;
}

/** The parts of the interpreter that parts below it call back. */
export interface Engine {
  execute(shell: Shell, command: Command, circumstances: Circumstances): Task<number>;
  /** Runs a script in this shell, as `eval` and `.` do, and answers its status. */
  runText(shell: Shell, text: Bytes, circumstances: Circumstances): Task<number>;
  /** Standard output of a command that ran in a subshell. */
  substitute(shell: Shell, command: Command | undefined): Task<Bytes>;
  /** bash: starts the commands of `<(…)` or `>(…)`, and answers the path of the pipe to them. */
  substituteProcess(shell: Shell, operator: '<' | '>', command: Command | undefined): Bytes;
}

/** `break`, `continue` or `return` on its way out of what surrounds it. */
export type Jump = { kind: 'break' | 'continue'; levels: number } | { kind: 'return' };

/** What can have a trap: a signal, `EXIT` or, in bash, `ERR`. */
export type TrapCondition = string;

/** The state of one shell process; `fork` makes the copy that a subshell works on. */
export class Shell {
  readonly dialect: Dialect;
  readonly engine: Engine;
  process: Process;
  /** `$0`, and what error messages start with. */
  name: Bytes;
  /** `$1`, `$2` and so on. */
  positional: readonly Bytes[] = [];
  variables = new VariableTable();
  functions = new Map<Bytes, Command>();
  aliases = new Map<Bytes, Bytes>();
  options: OptionSet = new Set();
  traps = new Map<TrapCondition, Bytes>();
  readonly jobs: JobTable;
  /** `$?` */
  lastStatus = 0;
  /** Status of the last command substitution in the command that is being expanded. */
  substitutionStatus: number | undefined;
  /** `$!` */
  lastBackgroundPid: number | undefined;
  /** `$$`: the process that the script started in, also in subshells. */
  rootPid: number;
  /** Line of the command that runs, for messages. */
  line = 1;
  jump: Jump | undefined;
  loopDepth = 0;
  functionDepth = 0;
  /** Scripts that `.` is reading. */
  dotDepth = 0;
  /** Where `getopts` is inside a cluster of options. */
  getoptsOffset = 0;
  /** bash: names of the functions that run, innermost first. */
  functionNames: readonly Bytes[] = [];
  /** bash: how many subshells it is below the script. */
  subshellDepth = 0;
  /** When the script began, in milliseconds since the epoch. */
  startedMs: number;
  isInTrap = false;
  /** Somebody types its commands at a terminal. */
  isInteractive = false;
  isSubshell = false;
  /** It was started with `-c`. */
  runsCommandString = false;
  /** Commands run since the last chance for other processes. */
  steps = 0;
  /** bash: descriptors of the pipes that `<(…)` and `>(…)` made for commands that run. */
  substitutedDescriptors: number[] = [];
  /** bash: statuses of the last pipeline. */
  pipeStatuses: readonly number[] = [0];

  constructor(process: Process, options: { dialect: Dialect; engine: Engine; name: Bytes; jobs?: JobTable }) {
    this.process = process;
    this.dialect = options.dialect;
    this.engine = options.engine;
    this.name = options.name;
    this.rootPid = process.pid;
    this.startedMs = process.kernel.host.now();
    this.jobs = options.jobs ?? new JobTable();
  }

  has(option: ShellOption): boolean {
    return this.options.has(option);
  }

  /** `$-` */
  get optionLetters(): string {
    const letters = SHELL_OPTIONS.filter(({ name }) => this.options.has(name)).map(({ letter }) => letter);
    return this.dialect === 'bash' ? bashLetters(letters) : letters.reverse().join('');
  }

  /** Input field separators in force. */
  get ifs(): Bytes {
    return this.variables.value('IFS') ?? ' \t\n';
  }

  /** A value by name: of a variable or of a special or positional parameter other than `@` and `*`. */
  parameter(name: Bytes): Bytes | undefined {
    switch (name) {
      case '?':
        return String(this.lastStatus);
      case '#':
        return String(this.positional.length);
      case '$':
        return String(this.rootPid);
      case '!':
        return this.lastBackgroundPid === undefined ? undefined : String(this.lastBackgroundPid);
      case '-':
        return this.optionLetters;
      case '0':
        return this.name;
      default:
        if (/^[0-9]/.test(name)) return this.positional[Number(name) - 1];
        return this.variables.value(name) ?? (this.dialect === 'bash' ? bashVariable(this, name) : undefined);
    }
  }

  /** The message that a problem at the current line gives. */
  complaint(message: string): Bytes {
    return this.dialect === 'bash' ? `${this.name}: line ${this.line}: ${message}\n` : `${this.name}: ${this.line}: ${message}\n`;
  }

  /** A copy for a subshell; the process is put in by whoever forks. */
  copy(): Shell {
    const copy = new Shell(this.process, { dialect: this.dialect, engine: this.engine, name: this.name, jobs: this.jobs.forSubshell() });
    copy.positional = this.positional;
    copy.variables = this.variables.copy();
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.options = new Set(this.options);
    for (const [condition, action] of this.traps)
      if (action === '' || (condition === 'ERR' && this.has('errtrace'))) copy.traps.set(condition, action);
    copy.lastStatus = this.lastStatus;
    copy.lastBackgroundPid = this.lastBackgroundPid;
    copy.rootPid = this.rootPid;
    copy.line = this.line;
    // Why: dash lets a subshell break out of the loop around it (which ends the subshell); bash does so in $(…) only.
    if (this.dialect === 'dash') copy.loopDepth = this.loopDepth;
    copy.functionDepth = this.functionDepth;
    copy.getoptsOffset = this.getoptsOffset;
    copy.functionNames = this.functionNames;
    copy.subshellDepth = this.subshellDepth + 1;
    copy.startedMs = this.startedMs;
    copy.isSubshell = true;
    return copy;
  }
}

/** bash lists its letters in another order and has some that are always on. */
function bashLetters(letters: readonly string[]): string {
  const order = 'abefhkmnptuvxBCEHPT';
  return (
    Array.from(order)
      .filter((letter) => letter === 'h' || letter === 'B' || letters.includes(letter))
      .join('') + 'c'
  );
}
