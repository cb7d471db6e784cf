import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DISK_BYTES = 24 * 1024 ** 3;
const FILE_SYSTEM_BYTES = 64 * 1024 ** 2;
const STARTS_WITHIN_MS = 180_000;
const BRIDGE = 'labtest0';
const BRIDGE_ADDRESS = '172.31.251.1/24';

/** A Docker of its own, beside the machine's, that tests may kill, on a disk of its own, that they may fill. Wants root on Linux. */
export class OwnDocker {
  /** For DOCKER_HOST. */
  readonly endpoint: string;
  readonly #folder: string;
  readonly #flags: readonly string[];
  #daemon: ChildProcess | undefined;

  private constructor(folder: string, flags: readonly string[]) {
    this.#folder = folder;
    this.#flags = flags;
    this.endpoint = `unix://${folder}/docker.sock`;
  }

  /** Whether there can be one; says so visibly when not. */
  static isPossible(): boolean {
    const isRoot = process.getuid?.() === 0;
    const missing = ['dockerd', 'mkfs.ext4', 'mount', 'ip'].filter((program) => !has(program));
    if (isRoot && missing.length === 0) return true;
    console.warn(`skipped: tests that kill Docker or fill its disk, for want of ${isRoot ? missing.join(', ') : 'root'}`);
    return false;
  }

  /** Starts it and copies these images of the machine's Docker. */
  static async raise(images: readonly string[]): Promise<OwnDocker> {
    const folder = mkdtempSync(join(tmpdir(), 'lab-docker-'));
    const docker = new OwnDocker(folder, runtimeFlags());
    const disk = join(folder, 'disk');
    writeFileSync(disk, '');
    truncateSync(disk, DISK_BYTES);
    // Why no reserve: a daemon that is root would go on with it when the disk is full.
    execFileSync('mkfs.ext4', ['-q', '-m', '0', disk]);
    execFileSync('mkdir', [join(folder, 'root')]);
    execFileSync('mount', ['-o', 'loop', disk, join(folder, 'root')]);
    if (!succeeds('ip', 'link', 'show', BRIDGE)) {
      execFileSync('ip', ['link', 'add', BRIDGE, 'type', 'bridge']);
      execFileSync('ip', ['address', 'add', BRIDGE_ADDRESS, 'dev', BRIDGE]);
      execFileSync('ip', ['link', 'set', BRIDGE, 'up']);
    }
    await docker.start();
    if (images.length === 0) return docker;
    execFileSync('sh', ['-c', 'docker save "$@" | docker --host "$ENDPOINT" load', 'sh', ...images], {
      env: { ...process.env, ENDPOINT: docker.endpoint },
      stdio: 'ignore',
    });
    return docker;
  }

  /** Starts the daemon unless it runs, and waits until it answers. */
  async start(): Promise<void> {
    if (this.#isRunning()) return;
    const folder = this.#folder;
    rmSync(join(folder, 'docker.pid'), { force: true });
    const log = openSync(join(folder, 'log'), 'a');
    const places = ['--data-root', `${folder}/root`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/docker.pid`];
    this.#daemon = spawn('dockerd', [...this.#flags, ...places, '--host', this.endpoint, '--bridge', BRIDGE], {
      stdio: ['ignore', log, log],
      detached: true,
    });
    const deadlineMs = performance.now() + STARTS_WITHIN_MS;
    while (!succeeds('docker', '--host', this.endpoint, 'info')) {
      if (performance.now() > deadlineMs) throw new Error(`dockerd does not answer; see ${folder}/log`);
      await pass(200);
    }
  }

  /** As when it crashes: at once, and without a word to its containers. */
  async kill(): Promise<void> {
    const daemon = this.#daemon!;
    const ended = new Promise((resolve) => daemon.on('exit', resolve));
    const containerd = readFileSync(join(this.#folder, 'exec', 'containerd', 'containerd.pid'), 'utf8').trim();
    daemon.kill('SIGKILL');
    await ended;
    // Why: its containerd goes with it, a little later, and the next daemon would take that for its own until then.
    succeeds('kill', '-KILL', containerd);
    while (existsSync(`/proc/${containerd}`)) await pass(50);
  }

  /** Leaves this much room on its disk. */
  fillDisk(roomBytes: number): void {
    const { bavail, bsize } = statfsSync(`${this.#folder}/root`);
    const filler = join(this.#folder, 'root', 'filler');
    execFileSync('fallocate', ['--length', String(bavail * bsize - roomBytes - FILE_SYSTEM_BYTES), filler]);
    // Why: how much a file system takes for itself shows only when there is no more.
    if (roomBytes === 0) spawnSync('sh', ['-c', 'cat /dev/zero >>"$1"', 'sh', filler], { stdio: 'ignore' });
  }

  emptyDisk(): void {
    rmSync(join(this.#folder, 'root', 'filler'), { force: true });
  }

  #isRunning(): boolean {
    return this.#daemon !== undefined && this.#daemon.exitCode === null && this.#daemon.signalCode === null;
  }

  command(...words: string[]): string {
    return execFileSync('docker', ['--host', this.endpoint, ...words], { encoding: 'utf8' }).trim();
  }

  /** Ends it, and leaves nothing. */
  async remove(): Promise<void> {
    this.emptyDisk();
    // Why: containers of a daemon that was killed go on until there is one again.
    await this.start();
    for (const container of this.command('ps', '--all', '--quiet').split('\n')) if (container) this.command('rm', '--force', container);
    const daemon = this.#daemon!;
    const ended = new Promise((resolve) => daemon.on('exit', resolve));
    daemon.kill('SIGTERM');
    await ended;
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const own = mounts.map((line) => line.split(' ')[1] ?? '').filter((target) => target.startsWith(`${this.#folder}/`));
    for (const target of own.sort().reverse()) execFileSync('umount', ['-l', target]);
    execFileSync('ip', ['link', 'delete', BRIDGE]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The machine's Docker may need a runtime of its own; so does this one then. */
function runtimeFlags(): string[] {
  const info = execFileSync('docker', ['info', '--format', '{{json .}}'], { encoding: 'utf8' });
  const { DefaultRuntime: name, Runtimes } = JSON.parse(info) as { DefaultRuntime: string; Runtimes: Record<string, { path: string }> };
  return name === 'runc' ? [] : ['--add-runtime', `${name}=${Runtimes[name]!.path}`, '--default-runtime', name];
}

function has(program: string): boolean {
  return succeeds('sh', '-c', `command -v ${program}`);
}

function succeeds(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}

function pass(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
