import { expandQuoted, expandText } from '../expansion/expand.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { OpenFile } from '../kernel/open-file.ts';
import type { OpenMode } from '../kernel/open-path.ts';
import { openFile } from '../kernel/open-path.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { TextFile } from '../kernel/text-file.ts';
import type { Redirection } from '../syntax/tree.ts';
import { ShellError } from './shell-error.ts';
import type { Shell } from './shell.ts';

/** A redirection that failed; whoever ran the command decides whether that ends the shell. */
export class RedirectionError extends ShellError {}

const MODES: Readonly<Record<string, OpenMode>> = {
  '<': { read: true },
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
  '<>': { read: true, write: true, create: true },
};

/**
 * Applies redirections in order and answers a function that puts the descriptors back. When one fails, those before it are undone and
 * RedirectionError is thrown.
 */
export function* redirect(shell: Shell, redirections: readonly Redirection[]): Task<() => void> {
  const saved = new SavedDescriptors(shell);
  try {
    for (const redirection of redirections) yield* applyOne(shell, redirection, saved);
  } catch (error) {
    saved.restore();
    throw error;
  }
  return () => {
    saved.restore();
  };
}

/** Applies redirections for good, as `exec` does. */
export function* redirectForGood(shell: Shell, redirections: readonly Redirection[]): Task<void> {
  const saved = new SavedDescriptors(shell);
  for (const redirection of redirections) yield* applyOne(shell, redirection, saved);
  saved.forget();
}

class SavedDescriptors {
  readonly #shell: Shell;
  readonly #files = new Map<number, OpenFile | undefined>();

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  save(descriptor: number): void {
    const { descriptors } = this.#shell.process;
    if (!this.#files.has(descriptor))
      this.#files.set(descriptor, descriptors.has(descriptor) ? descriptors.get(descriptor).retain() : undefined);
  }

  restore(): void {
    const { process } = this.#shell;
    for (const [descriptor, file] of this.#files) {
      if (process.status) file?.release();
      else if (file) {
        process.descriptors.set(descriptor, file);
        file.release();
      } else process.descriptors.close(descriptor);
    }
    this.#files.clear();
  }

  forget(): void {
    for (const file of this.#files.values()) file?.release();
    this.#files.clear();
  }
}

function* applyOne(shell: Shell, redirection: Redirection, saved: SavedDescriptors): Task<void> {
  const { operator } = redirection;
  if (operator === '<<' || operator === '<<<') return yield* provideText(shell, redirection, saved);
  const target = yield* expandText(shell, redirection.target);
  const descriptor = redirection.descriptor ?? (operator.startsWith('<') ? 0 : 1);
  if (operator === '&>' || operator === '&>>' || (operator === '>&' && isBashFile(shell, redirection, target))) {
    redirectBoth(shell, target, operator, saved);
    return;
  }
  if (operator === '<&' || operator === '>&') {
    duplicate(shell, descriptor, target, saved);
    return;
  }
  const file = open(shell, target, operator);
  saved.save(descriptor);
  shell.process.descriptors.set(descriptor, file);
}

function* provideText(shell: Shell, { operator, descriptor, target }: Redirection, saved: SavedDescriptors): Task<void> {
  const text = operator === '<<' ? yield* expandQuoted(shell, target) : `${yield* expandText(shell, target)}\n`;
  saved.save(descriptor ?? 0);
  shell.process.descriptors.set(descriptor ?? 0, new TextFile(text));
}

function duplicate(shell: Shell, descriptor: number, target: Bytes, saved: SavedDescriptors): void {
  const { descriptors } = shell.process;
  if (target === '-') {
    saved.save(descriptor);
    descriptors.close(descriptor);
    return;
  }
  if (!(shell.dialect === 'bash' ? /^[0-9]+$/ : /^[0-9]$/).test(target)) throw new ShellError('Syntax error: Bad fd number');
  if (!descriptors.has(Number(target))) throw new RedirectionError(`${target}: Bad file descriptor`, failureStatus(shell));
  const file = descriptors.get(Number(target));
  saved.save(descriptor);
  if (Number(target) !== descriptor) descriptors.set(descriptor, file);
}

/** bash: `&>file`, and `>&file` where the word is no descriptor. */
function redirectBoth(shell: Shell, target: Bytes, operator: string, saved: SavedDescriptors): void {
  const file = open(shell, target, operator === '&>>' ? '>>' : '>');
  for (const descriptor of [1, 2]) {
    saved.save(descriptor);
    shell.process.descriptors.set(descriptor, file);
  }
}

function isBashFile(shell: Shell, redirection: Redirection, target: Bytes): boolean {
  return shell.dialect === 'bash' && redirection.descriptor === undefined && !/^(?:[0-9]+|-)$/.test(target);
}

function open(shell: Shell, path: Bytes, operator: string): OpenFile {
  try {
    if (operator === '>' && shell.has('noclobber')) mayClobber(shell, path);
    return openFile(shell.process, path, MODES[operator]!);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new RedirectionError(describe(shell, path, operator, error), failureStatus(shell));
  }
}

function mayClobber(shell: Shell, path: Bytes): void {
  if (shell.process.files.find(path, shell.process)?.kind === 'file') throw new SystemError('EEXIST');
}

function describe(shell: Shell, path: Bytes, operator: string, error: SystemError): string {
  if (shell.dialect === 'bash') return error.code === 'EEXIST' ? `${path}: cannot overwrite existing file` : `${path}: ${error.message}`;
  const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
  if (operator === '<') return `cannot open ${path}: ${isMissing ? 'No such file' : error.message}`;
  return `cannot create ${path}: ${isMissing ? 'Directory nonexistent' : error.message}`;
}

function failureStatus(shell: Shell): number {
  return shell.dialect === 'bash' ? 1 : 2;
}
