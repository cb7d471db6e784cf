import type { BuiltinFunction } from '../interpreter/builtin.ts';
import { ShellError } from '../interpreter/shell-error.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { permits } from '../kernel/node.ts';
import { joinPath, normalizePath } from '../kernel/path.ts';
import { SystemError } from '../kernel/system-error.ts';
import { parseBuiltinOptions } from './options.ts';

/** `cd [-L|-P] [directory]` */
export const cdBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given, operands } = parseBuiltinOptions(argv, 'LP');
  const isPhysical = [...given.keys()].at(-1) === 'P';
  const target = operands[0] ?? shell.variables.value('HOME');
  if (target === undefined) {
    if (shell.dialect === 'bash') throw new ShellError('HOME not set', 1);
    return 0;
  }
  if (shell.dialect === 'bash' && operands.length > 1) throw new ShellError('too many arguments', 1);
  if (target === '') return 0;
  const { directory, isShown } = choose(shell, target);
  enter(shell, directory, isPhysical, target);
  if (isShown) yield* shell.process.write(1, `${shell.variables.value('PWD')}\n`);
  return 0;
};

/** `pwd [-L|-P]` */
export const pwdBuiltin: BuiltinFunction = function* (shell, argv) {
  const { given } = parseBuiltinOptions(argv, 'LP');
  const isPhysical = [...given.keys()].at(-1) === 'P';
  yield* shell.process.write(1, `${isPhysical ? shell.process.workingDirectory : logicalDirectory(shell)}\n`);
  return 0;
};

/** The working directory as the user got there, with symbolic links in it. */
export function logicalDirectory(shell: Shell): Bytes {
  const path = shell.variables.value('PWD');
  const { files } = shell.process;
  const isRight = path?.startsWith('/') && files.find(path, shell.process) === files.find(shell.process.workingDirectory, shell.process);
  return isRight ? path! : shell.process.workingDirectory;
}

/** `cd -` and directories found along CDPATH are shown. */
function choose(shell: Shell, target: Bytes): { directory: Bytes; isShown: boolean } {
  if (target === '-') {
    const previous = shell.variables.value('OLDPWD');
    if (previous === undefined && shell.dialect === 'bash') throw new ShellError('OLDPWD not set', 1);
    return { directory: previous ?? logicalDirectory(shell), isShown: true };
  }
  if (!/^\.?\.?(?:\/|$)/.test(target)) {
    for (const prefix of (shell.variables.value('CDPATH') ?? '').split(':')) {
      if (prefix === '') continue;
      const candidate = joinPath(prefix, target);
      if (shell.process.files.find(candidate, shell.process)?.kind === 'directory') return { directory: candidate, isShown: true };
    }
  }
  return { directory: target, isShown: false };
}

function enter(shell: Shell, directory: Bytes, isPhysical: boolean, shown: Bytes): void {
  const from = logicalDirectory(shell);
  const logical = normalizePath(joinPath(from, directory));
  try {
    const place = shell.process.files.locate(isPhysical ? joinPath(from, directory) : logical, shell.process);
    if (!place.node) throw new SystemError('ENOENT');
    if (place.node.kind !== 'directory') throw new SystemError('ENOTDIR');
    if (!permits(place.node, shell.process.user, 1)) throw new SystemError('EACCES');
    shell.process.workingDirectory = place.path;
    shell.variables.set('OLDPWD', from);
    shell.variables.set('PWD', isPhysical ? place.path : logical);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw shell.dialect === 'bash' ? new ShellError(`${shown}: ${error.message}`, 1) : new ShellError(`can't cd to ${shown}`);
  }
}
