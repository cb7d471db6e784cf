import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { joinPath } from '../kernel/path.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';

/** `. file`: runs a script in this shell; a name without a slash is looked up along PATH. */
export const dotBuiltin: BuiltinFunction = function* (shell, argv, how) {
  const operands = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  const name = operands[0];
  if (name === undefined) {
    if (shell.dialect === 'bash') throw new ShellError('filename argument required');
    return 0;
  }
  const text = yield* readScript(shell, name);
  const { positional } = shell;
  if (shell.dialect === 'bash' && operands.length > 1) shell.positional = operands.slice(1);
  shell.dotDepth += 1;
  try {
    // Why: dash forgets that somebody looks at the status of `.`, so errexit holds in the script.
    const isTested = how.isTested && shell.dialect === 'bash';
    const status = yield* shell.engine.runText(shell, text, { isTested, isLast: false });
    if (shell.jump?.kind === 'return') shell.jump = undefined;
    return status;
  } finally {
    shell.dotDepth -= 1;
    shell.positional = positional;
  }
};

function* readScript(shell: Shell, name: Bytes): Task<Bytes> {
  const path = name.includes('/') ? name : findScript(shell, name);
  try {
    const descriptor = shell.process.open(path, { read: true });
    let text = '';
    for (let data = yield* shell.process.read(descriptor); data !== ''; data = yield* shell.process.read(descriptor)) text += data;
    shell.process.descriptors.close(descriptor);
    return text;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    if (shell.dialect === 'bash') throw new ShellError(`${path}: ${error.message}`, 1);
    throw new ShellError(`cannot open ${path}: ${isMissing ? 'No such file' : error.message}`);
  }
}

function findScript(shell: Shell, name: Bytes): Bytes {
  for (const directory of (shell.variables.value('PATH') ?? '').split(':')) {
    const path = directory === '' ? name : joinPath(directory, name);
    if (shell.process.files.find(path, shell.process)?.kind === 'file') return path;
  }
  if (shell.dialect === 'bash') return name;
  throw new ShellError(`${name}: not found`);
}
