import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError, EnvironmentError } from '../errors.ts';
import { quoteCommand, quoteWord, run, runOrFail, spawnDetached } from './exec.ts';
import { startIdOf } from './processes.ts';

const node = process.execPath;

describe('run', () => {
  it('answers how a program ended and what it printed', async () => {
    const script = 'process.stdout.write("out"); process.stderr.write("err"); process.exit(3)';
    expect(await run(node, ['-e', script], { timeoutMs: 20_000 })).toEqual({ exitCode: 3, stdout: 'out', stderr: 'err' });
  });

  it('rejects for a program that is not there', async () => {
    const refused = run('no-such-program', [], { timeoutMs: 1_000 });
    await expect(refused).rejects.toThrow(EnvironmentError);
    await expect(refused).rejects.toThrow('cannot run no-such-program');
  });

  it('kills what takes too long, and shows the end of what it printed', async () => {
    const script = 'console.error("working"); setInterval(() => {}, 1000)';
    const refused = run(node, ['-e', script], { timeoutMs: 1_000 });
    await expect(refused).rejects.toThrow(CommandError);
    await expect(refused).rejects.toMatchObject({
      ending: 'timed out after 1 s',
      output: 'working',
      commandLine: `${node} -e '${script}'`,
    });
  });

  it('tells a signal from an exit code', async () => {
    await expect(run(node, ['-e', 'process.kill(process.pid, "SIGKILL")'], { timeoutMs: 20_000 })).rejects.toMatchObject({
      ending: 'signal SIGKILL',
    });
  });
});

describe('a program that was given up', () => {
  /** Starts a child of its own and tells its number. */
  const parent = `
    const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    console.log(child.pid); setInterval(() => {}, 1000)`;

  it.each(['interrupt', 'signal'])('ends with what it had started, on %s', async (way) => {
    const abort = new AbortController();
    const tasks = new Set<() => void>();
    let tellPid: (pid: number) => void;
    const grandchild = new Promise<number>((resolve) => (tellPid = resolve));
    const ended = run(node, ['-e', parent], {
      timeoutMs: 20_000,
      onLine: (line) => tellPid(Number(line)),
      ...(way === 'signal'
        ? { signal: abort.signal }
        : {
            onInterrupt: (task) => {
              tasks.add(task);
              return () => void tasks.delete(task);
            },
          }),
    }).catch((error: unknown) => error);
    const pid = await grandchild;
    expect(await startIdOf(pid)).toBeDefined();
    abort.abort();
    for (const task of tasks) task();
    expect(await ended).toMatchObject({ ending: 'signal SIGKILL' });
    await expect.poll(() => startIdOf(pid)).toBeUndefined();
    expect(tasks.size).toBe(0);
  });
});

describe('runOrFail', () => {
  it('answers what was printed, or rejects with what was run, the end of the output and what to do', async () => {
    expect(await runOrFail(node, ['-e', 'console.log("fine")'], { timeoutMs: 20_000 })).toBe('fine\n');
    const script = 'for (let i = 0; i < 30; i++) console.error("line " + i); process.exit(3)';
    const refused = runOrFail(node, ['-e', script], { timeoutMs: 20_000, hint: 'Do this.' });
    await expect(refused).rejects.toMatchObject({ ending: 'exit code 3', hint: 'Do this.', commandLine: `${node} -e '${script}'` });
    const { output } = (await refused.catch((error: unknown) => error)) as CommandError;
    expect(output.split('\n')).toHaveLength(20);
    expect(output).toMatch(/line 29$/);
  });
});

describe('spawnDetached', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-exec-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const begin = (script: string) => spawnDetached(node, ['-e', script], { logFile: join(folder, 'log'), env: {}, cwd: folder });

  it('answers the line that says it is ready, and leaves the process running', async () => {
    const { pid, ready } = begin('require("fs").writeSync(3, "{\\"a\\":1}\\nmore"); console.log("logged"); setInterval(() => {}, 1000)');
    expect(await ready).toBe('{"a":1}');
    expect(await startIdOf(pid)).toBeDefined();
    await expect.poll(() => readFile(join(folder, 'log'), 'utf8')).toBe('logged\n');
    process.kill(pid, 'SIGKILL');
  });

  it('rejects when the process ends before it is ready', async () => {
    const { ready } = begin('console.error("broken"); process.exit(4)');
    await expect(ready).rejects.toMatchObject({ ending: 'exit code 4', hint: `See ${join(folder, 'log')}.` });
    expect(await readFile(join(folder, 'log'), 'utf8')).toBe('broken\n');
  });

  it('rejects when there is no such program', async () => {
    const { ready } = spawnDetached('/no/such/node', [], { logFile: join(folder, 'log'), env: {}, cwd: folder });
    await expect(ready).rejects.toMatchObject({ ending: expect.stringContaining('ENOENT') as string });
  });
});

describe('quoteCommand', () => {
  it.each([
    ['plain-1.2:/x', 'plain-1.2:/x'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", `'it'\\''s'`],
    ['$HOME', "'$HOME'"],
  ])('%j', (word, quoted) => {
    expect(quoteWord(word)).toBe(quoted);
    expect(quoteCommand(['x', word])).toBe(`x ${quoted}`);
  });

  it('is what a shell reads back', async () => {
    const words = ["a'b", '$x `y` "z"', '\\', 'new\nline', '*', '~', '#'];
    const { stdout } = await run('sh', ['-c', `printf '%s|' ${quoteCommand(words)}`], { timeoutMs: 20_000 });
    expect(stdout).toBe(`${words.join('|')}|`);
  });
});
