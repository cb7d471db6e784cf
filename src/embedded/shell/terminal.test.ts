import { describe, expect, it } from 'vitest';
import type { ProcessEnd } from './container-process.ts';
import type { Process } from './kernel/process.ts';
import { SandboxCore } from './sandbox-core.ts';

interface TypistOptions {
  user?: number;
  env?: Record<string, string>;
}

/** Somebody at a terminal, in which a program runs beside the container's own. */
class Typist {
  end: ProcessEnd | undefined;
  readonly #core: SandboxCore;
  readonly #process: Process;
  readonly #sleepers = new Set<() => void>();
  #screen = '';

  constructor(argv: readonly string[], { user = 0, env = {} }: TypistOptions = {}) {
    const commands = 'sh bash cat sleep tty true hostname'.split(' ');
    const limits = { cpuMs: 5_000, memoryMb: 64, outputBytes: 100_000 };
    this.#core = new SandboxCore({ files: {}, directories: ['/work'], readOnlyPaths: [], commands, isBesideServer: true, limits }, 'box', {
      now: () => 0,
      sleep: (_delayMs, done) => {
        this.#sleepers.add(done);
        return () => this.#sleepers.delete(done);
      },
      fetch: (_request, done) => done({ error: 'ECONNREFUSED' }),
    });
    this.#process = this.#core.start(
      {
        argv,
        env: { PATH: '/usr/bin:/bin', HOME: '/root', ...env },
        workingDirectory: '/work',
        hostname: 'box',
        user,
        hasStdin: true,
        hasTty: true,
      },
      { output: (_stream, text) => (this.#screen += text), ended: (end) => (this.end = end) },
    );
  }

  /** Types, and answers what has come onto the screen since the last time. */
  async type(text: string): Promise<string> {
    this.#process.session.input!.feed(Buffer.from(text).toString('latin1'));
    return this.look();
  }

  async look(): Promise<string> {
    await this.#core.run();
    const screen = this.#screen;
    this.#screen = '';
    return screen;
  }

  /** Somebody at a terminal whose program has come so far as to wait. */
  static async at(argv: readonly string[], options: TypistOptions = {}): Promise<Typist> {
    const typist = new Typist(argv, options);
    await typist.look();
    return typist;
  }

  leave(): Promise<string> {
    this.#process.session.input!.end();
    return this.look();
  }

  /** Whether something sleeps. */
  get isWaiting(): boolean {
    return this.#sleepers.size > 0;
  }
}

describe('a terminal', () => {
  it('shows what is typed and gives it to the program line by line', async () => {
    const typist = new Typist(['cat']);
    expect(await typist.type('ab')).toBe('ab');
    expect(await typist.type('c\r')).toBe('c\r\nabc\r\n');
    expect(await typist.type('one\rtwo\r')).toBe('one\r\ntwo\r\none\r\ntwo\r\n');
  });

  it.each([
    ['Backspace', 'abc\x7f\x7fX\r', 'aX'],
    ['Backspace over more than one byte', 'aü\x7fb\r', 'ab'],
    ['Backspace at the beginning', '\x7f\x7fa\r', 'a'],
    ['Ctrl-U', 'wrong\x15right\r', 'right'],
    ['Ctrl-W', 'keep this\x17that\r', 'keep that'],
  ])('lets a line be edited: %s', async (_key, typed, line) => {
    expect((await new Typist(['cat']).type(typed)).split('\r\n')[1]).toBe(line);
  });

  it('shows a key that is no letter as it is written', async () => {
    expect(await new Typist(['cat']).type('\x1b[A')).toBe('^[[A');
  });

  it('ends the input with Ctrl-D, and gives what was typed before it at once', async () => {
    const typist = new Typist(['cat']);
    expect(await typist.type('ab\x04')).toBe('abab');
    expect(typist.end).toBeUndefined();
    await typist.type('\x04');
    expect(typist.end).toEqual({ kind: 'exited', code: 0 });
  });

  it('interrupts with Ctrl-C', async () => {
    const typist = new Typist(['sleep', '100']);
    expect(await typist.type('\x03')).toBe('^C');
    expect(typist.end).toEqual({ kind: 'killed', code: 130 });
  });

  it('ends the input when whoever typed has gone', async () => {
    const typist = new Typist(['cat']);
    await typist.leave();
    expect(typist.end).toEqual({ kind: 'exited', code: 0 });
  });

  it('is what programs take it for', async () => {
    const typist = new Typist(['sh']);
    expect(await typist.type('tty; [ -t 0 ] && [ -t 2 ] && echo yes; [ -t 0 ] </dev/null || echo no\r')).toContain(
      '/dev/pts/0\r\nyes\r\nno\r\n',
    );
  });

  it('holds no more than a process may write', async () => {
    const typist = new Typist(['sh', '-c', 'while :; do echo 0123456789; done']);
    await typist.look();
    expect(typist.end).toMatchObject({ kind: 'killed', code: 137, reason: expect.stringContaining('bytes of output') as string });
  });
});

describe('a shell at a terminal', () => {
  it.each([
    ['sh', 0, '# '],
    ['sh', 1000, '$ '],
    ['bash', 0, 'root@box:/work# '],
    ['bash', 1000, 'I have no name!@box:/work$ '],
  ])('%s asks user %i for a command with %j', async (shell, user, prompt) => {
    const typist = new Typist([shell], { user });
    expect(await typist.look()).toBe(prompt);
    expect(await typist.type('echo hi\r')).toBe(`echo hi\r\nhi\r\n${prompt}`);
    expect(await typist.type('\r')).toBe(`\r\n${prompt}`);
  });

  it('asks for the rest of a command', async () => {
    const typist = await Typist.at(['sh']);
    expect(await typist.type('for i in 1 2; do\r')).toBe('for i in 1 2; do\r\n> ');
    expect(await typist.type('echo $i\r')).toBe('echo $i\r\n> ');
    expect(await typist.type('done\r')).toBe('done\r\n1\r\n2\r\n# ');
  });

  it('has its prompt from PS1', async () => {
    const typist = new Typist(['sh'], { env: { PS1: 'mine> ' } });
    expect(await typist.look()).toBe('mine> ');
  });

  it('goes on after mistakes', async () => {
    const typist = await Typist.at(['sh']);
    expect(await typist.type('nope\r')).toBe('nope\r\nsh: 1: nope: not found\r\n# ');
    expect(await typist.type('fi\r')).toBe('fi\r\nsh: 2: Syntax error: "fi" unexpected\r\n# ');
    expect(await typist.type('echo ${x?missing}; echo after\r')).toBe('echo ${x?missing}; echo after\r\nsh: 3: x: missing\r\n# ');
    expect(await typist.type('echo $?\r')).toBe('echo $?\r\n2\r\n# ');
  });

  it('gives up the line and what runs in it with Ctrl-C', async () => {
    const typist = await Typist.at(['sh']);
    await typist.type('sleep 100; echo not this\r');
    expect(typist.isWaiting).toBe(true);
    expect(await typist.type('\x03')).toBe('^C\r\n# ');
    expect(typist.isWaiting).toBe(false);
    expect(await typist.type('echo $?\r')).toBe('echo $?\r\n130\r\n# ');
    expect(await typist.type('if true; then\r')).toBe('if true; then\r\n> ');
    expect(await typist.type('half\x03')).toBe('half^C\r\n# ');
    await typist.type('while true; do sleep 1; done\r');
    expect(await typist.type('\x03')).toBe('^C\r\n# ');
    expect(await typist.type('echo fine\r')).toBe('echo fine\r\nfine\r\n# ');
  });

  it('runs its trap for Ctrl-C instead', async () => {
    const typist = await Typist.at(['sh']);
    await typist.type("trap 'echo caught' INT\r");
    expect(await typist.type('\x03')).toContain('caught\r\n');
    await typist.type('trap - INT\r');
    expect(await typist.type('\x03')).toBe('^C\r\n# ');
  });

  it('ends with exit and with Ctrl-D, with the last status', async () => {
    const typist = await Typist.at(['sh']);
    await typist.type('exit 3\r');
    expect(typist.end).toEqual({ kind: 'exited', code: 3 });
    const other = await Typist.at(['bash']);
    await other.type('false\r');
    expect(await other.type('\x04')).toBe('exit\r\n');
    expect(other.end).toEqual({ kind: 'exited', code: 1 });
  });

  it('does not ask where a script is given', async () => {
    const typist = new Typist(['sh', '-c', 'read a; echo "got $a"']);
    expect(await typist.type('x\r')).toBe('x\r\ngot x\r\n');
    expect(typist.end).toEqual({ kind: 'exited', code: 0 });
  });
});
