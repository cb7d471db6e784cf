import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import type { Readable } from 'node:stream';

import { CommandError, EnvironmentError } from '../errors.ts';
import { isSystemError } from './files.ts';

export interface RunOptions {
  timeoutMs: number;
  env?: Record<string, string | undefined>;
  /** Hears each line that the program prints, on either stream, as it comes. */
  onLine?: (line: string) => void;
  /** Hears the process id once the program runs. */
  onStart?: (pid: number) => void;
  /** Runs the task when the command is interrupted. With it the program, and whatever it started, ends when that happens. */
  onInterrupt?: (task: () => void) => () => void;
  /** Ends the program, and whatever it started. */
  signal?: AbortSignal;
}

export interface RunResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

const KEPT_OUTPUT = 1_000_000;

/**
 * Runs a program to its end and answers how it ended. Rejects with EnvironmentError when there is no such program, and with CommandError
 * when it was killed, which it is when it runs out of time.
 */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { timeoutMs, env, onLine, onStart, onInterrupt, signal: abort } = options;
  // Why: only the leader of a group of its own can be ended with everything that it started.
  const isGroup = onInterrupt !== undefined || abort !== undefined;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: isGroup, ...(env && { env }) });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (chunk: string) => (output[name] = (output[name] + chunk).slice(-KEPT_OUTPUT)));
      if (onLine) child[name].on('data', splitLines(onLine));
    }
    const end = (): void => endProcess(child, isGroup);
    const forget = onInterrupt?.(end);
    abort?.addEventListener('abort', end);
    if (child.pid !== undefined) onStart?.(child.pid);
    let isTimedOut = false;
    const timer = setTimeout(() => {
      isTimedOut = true;
      end();
    }, timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      forget?.();
      abort?.removeEventListener('abort', end);
    };
    child.on('error', (error) => {
      settle();
      const isMissing = isSystemError(error, 'ENOENT', 'EACCES');
      reject(isMissing ? new EnvironmentError(`cannot run ${program}: it is not installed`, { cause: error }) : error);
    });
    child.on('close', (exitCode, signal) => {
      settle();
      if (exitCode !== null && !isTimedOut) {
        resolve({ exitCode, ...output });
        return;
      }
      const ending = isTimedOut ? `timed out after ${timeoutMs / 1_000} s` : `signal ${signal}`;
      const commandLine = quoteCommand([program, ...args]);
      reject(
        new CommandError(`${program} did not finish: ${ending}`, { commandLine, ending, output: tail(output.stderr || output.stdout) }),
      );
    });
    if (abort?.aborted) end();
  });
}

/** Runs a program that has to succeed; rejects with CommandError, which carries `hint`, when it ends with another exit code than 0. */
export async function runOrFail(program: string, args: readonly string[], options: RunOptions & { hint?: string }): Promise<string> {
  const { hint, ...rest } = options;
  const { exitCode, stdout, stderr } = await run(program, args, rest);
  if (exitCode === 0) return stdout;
  throw new CommandError(`${program} failed`, {
    commandLine: quoteCommand([program, ...args]),
    ending: `exit code ${exitCode}`,
    output: tail(stderr || stdout),
    ...(hint !== undefined && { hint }),
  });
}

function endProcess(child: ChildProcess, isGroup: boolean): void {
  try {
    if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch (error) {
    if (!isSystemError(error, 'ESRCH')) throw error;
  }
}

function splitLines(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = lines.pop()!;
    for (const line of lines) if (line.trim() !== '') onLine(line);
  };
}

export interface DetachedOptions {
  /** What the process prints is appended to this file. */
  logFile: string;
  env: Record<string, string>;
  cwd: string;
}

/** A process that goes on when this one ends. */
export interface DetachedProcess {
  pid: number;
  /** The first line that it writes to its file descriptor 3; rejects with CommandError when it ends without one. */
  ready: Promise<string>;
}

/** Starts a Node program that outlives this process. */
export function spawnDetached(nodePath: string, args: readonly string[], { logFile, env, cwd }: DetachedOptions): DetachedProcess {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(nodePath, args, { detached: true, stdio: ['ignore', log, log, 'pipe'], env, cwd });
  closeSync(log);
  const channel = child.stdio[3] as Readable;
  const ready = new Promise<string>((resolve, reject) => {
    let text = '';
    const failed = (ending: string): void => {
      const commandLine = quoteCommand([nodePath, ...args]);
      reject(
        new CommandError('the cluster process ended before it was ready', { commandLine, ending, output: '', hint: `See ${logFile}.` }),
      );
    };
    channel.setEncoding('utf8');
    channel.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0) return;
      channel.destroy();
      child.unref();
      resolve(text.slice(0, end));
    });
    child.on('error', (error) => failed(error.message));
    child.on('exit', (exitCode, signal) => failed(exitCode === null ? `signal ${signal}` : `exit code ${exitCode}`));
  });
  return { pid: child.pid ?? 0, ready };
}

/** A command line that can be pasted into a shell. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** A word as a POSIX shell takes it literally. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-20).join('\n');
}
