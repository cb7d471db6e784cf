import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Learner } from '../support/lab-process.ts';

let learner: Learner;

beforeEach(async () => {
  learner = await Learner.arrive();
});

afterEach(() => learner.leave());

const files = async (): Promise<string[]> => (await readdir(learner.folder)).sort();

describe('the compiled program', () => {
  it.each([
    [['strat'], 2, 'unknown command "strat"; did you mean "start"?'],
    [['start', 'scenaro-1'], 2, 'there is no scenario "scenaro-1"; did you mean "scenario-1"?'],
    [['check', '--onyl', 'x'], 2, 'unknown option "--onyl"; did you mean "--only"?'],
    [['check'], 6, 'no scenario has been started'],
  ])('%j ends with %i, in one sentence, and changes nothing', async (words, code, sentence) => {
    const { exitCode, stdout, stderr } = await learner.lab(...words);
    expect(exitCode).toBe(code);
    expect(stdout).toBe('');
    expect(stderr.split('\n')[0]).toBe(`error: ${sentence}`);
    expect(stderr).not.toContain('    at ');
    expect(await files()).toEqual([]);
  });

  it('shows help without a terminal, and in another folder, too', async () => {
    const { exitCode, stdout } = await learner.lab();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: lab/);
  });

  it('prints no escape codes where there is no terminal, unless they are asked for', async () => {
    expect((await learner.lab('list')).stdout).not.toContain('\u001b');
    const colourful = await Learner.arrive({ FORCE_COLOR: '1' });
    expect((await colourful.lab('list')).stdout).toContain('\u001b[');
    await colourful.leave();
    const plain = await Learner.arrive({ FORCE_COLOR: '1', NO_COLOR: '1' });
    expect((await plain.lab('list')).stdout).not.toContain('\u001b');
    await plain.leave();
  });

  it('ends quietly when nobody reads what it prints', async () => {
    const { child, ended } = learner.begin('--help');
    child.stdout?.destroy();
    const { stderr, signal } = await ended;
    expect(stderr).toBe('');
    expect(signal).toBeNull();
  });

  it('says what to do when a file stands where its folder should be', async () => {
    await writeFile(join(learner.folder, 'home'), '');
    const { exitCode, stderr } = await learner.lab('start', 'scenario-1');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('LAB_HOME');
    await writeFile(join(learner.folder, 'work'), '');
    const doctor = await learner.lab('doctor');
    expect(doctor.exitCode).toBe(3);
    expect(doctor.stderr).toContain(join(learner.folder, 'home'));
    expect(doctor.stderr).toContain('LAB_WORKSPACE');
  });

  it('waits for another lab, saying so, then gives up and says what to type', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await mkdir(join(learner.folder, 'home'));
    const { startIdOf } = await import('../../src/system/processes.ts');
    const holder = { pid: other.pid!, startId: await startIdOf(other.pid!), command: 'lab reset' };
    await writeFile(join(learner.folder, 'home/lock'), JSON.stringify(holder));
    const { exitCode, stderr } = await learner.lab('stop');
    expect(exitCode).toBe(6);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      `another lab command is at work (\`lab reset\`, process ${other.pid}); waiting for it`,
      `error: another lab command is at work: \`lab reset\`, process ${other.pid}`,
      `next: Wait until it is done, or end it with \`kill ${other.pid}\`, and try again.`,
    ]);
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('close', resolve));
    await learner.mustSucceed('stop');
  });

  it.each([
    ['{', 'is damaged'],
    ['{"version":99}', 'was written by a newer version of lab'],
  ])('refuses the session %j and says how to get rid of it', async (text, message) => {
    await mkdir(join(learner.folder, 'home'));
    await writeFile(join(learner.folder, 'home/session.json'), text);
    for (const words of [['status'], ['check'], ['reset'], ['start', 'scenario-1']]) {
      const { exitCode, stderr } = await learner.lab(...words);
      expect(exitCode).toBe(6);
      expect(stderr).toContain(message);
      expect(stderr).toContain('lab stop --delete');
    }
    await learner.mustSucceed('stop', '--delete');
    await learner.mustSucceed('status');
  });
});
