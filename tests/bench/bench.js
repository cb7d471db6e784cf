import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run bench`: how long a learner waits, against what is aimed at. Everything is done through the compiled `lab`, several times; the
 * median counts. It measures and never fails. With `--json` it prints an object a line: name, value, unit, aim.
 */

const repository = fileURLToPath(new URL('../../', import.meta.url));
const main = join(repository, 'dist/src/main.js');
const isJson = process.argv.includes('--json');
const scenario = 'scenario-1';

const folder = mkdtempSync(join(tmpdir(), 'lab-bench-'));
const env = { PATH: process.env['PATH'], LAB_HOME: join(folder, 'home'), LAB_WORKSPACE: join(folder, 'work') };

try {
  benchStartUp();
  benchStart();
  await benchMemory();
  benchReset();
  solve();
  benchCheck();
  await benchDrill();
} finally {
  lab('stop', '--delete');
  rmSync(folder, { recursive: true, force: true });
}

function benchStartUp() {
  const bare = median(9, () => timed(() => spawnSync(process.execPath, ['-e', ''])));
  const version = median(9, () => timed(() => lab('--version')));
  print({ name: 'CLI start-up over bare node', value: version - bare, unit: 'ms', aim: '≤ 80' });
}

function benchStart() {
  const value = median(3, () => {
    lab('stop', '--delete');
    return timed(() => mustSucceed('start', scenario, '--backend', 'embedded'));
  });
  print({ name: 'start to ready', value, unit: 'ms', aim: '≤ 1000' });
}

function benchReset() {
  print({ name: 'reset', value: median(3, () => timed(() => mustSucceed('reset'))), unit: 'ms', aim: '≤ 500' });
}

/** After ten quiet seconds. Where a process can be asked for its own share of memory, that counts. */
async function benchMemory() {
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const { pid } = JSON.parse(lab('status', '--json').stdout).cluster;
  print({ name: 'memory of the cluster process at rest', value: residentBytes(pid) / 1024 / 1024, unit: 'MB', aim: '≤ 120' });
}

function residentBytes(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
  } catch {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
  }
}

/** A repaired lab takes the longest to check: every release has to get through the gate. */
function solve() {
  mustSucceed('dev', 'solve', scenario);
}

function benchCheck() {
  const report = JSON.parse(lab('check', '--json').stdout);
  if (report.result !== 'passed') process.stderr.write(`the repaired lab scores ${report.score.earned} points\n`);
  print({ name: `lab check of ${scenario}`, value: median(5, () => timed(() => lab('check', '--json'))), unit: 'ms', aim: '' });
  const drills = median(5, () => {
    const { startedAt, finishedAt } = JSON.parse(lab('check', '--json').stdout);
    return Date.parse(finishedAt) - Date.parse(startedAt);
  });
  print({ name: `all checks of ${scenario}`, value: drills, unit: 'ms', aim: '≤ 1000' });
}

/** How much time passes in the copy while a release that cannot get through is waited for, per second that the drill takes. */
async function benchDrill() {
  const { EmbeddedBackend } = await import('../../dist/src/backends/embedded/embedded-backend.js');
  const processes = { pid: process.pid, nodePath: process.execPath, signal: () => false };
  const kubeconfig = join(env.LAB_HOME, 'kubeconfig');
  const backend = new EmbeddedBackend({ home: env.LAB_HOME, kubeconfig, processes, onInterrupt: () => () => undefined });
  const cluster = await backend.open(scenario);
  const drills = await cluster.drills();
  const plan = {
    production: { namespace: 'lab', name: 'shop-active' },
    faults: [],
    steps: [{ release: { rollout: 'shop', container: 'shop', image: 'lab/shop:1.6' } }, { elapse: '1h' }],
  };
  const rates = [];
  for (let run = 0; run < 3; run += 1) {
    const beganMs = performance.now();
    const { startedAtMs, endedAtMs } = await drills.run(plan);
    rates.push((endedAtMs - startedAtMs) / (performance.now() - beganMs));
  }
  await drills.close();
  cluster.close();
  print({ name: 'virtual seconds per real second in a drill', value: middle(rates), unit: '', aim: '≥ 1000' });
}

function lab(...words) {
  return spawnSync(process.execPath, [main, ...words], { cwd: folder, env, encoding: 'utf8' });
}

function mustSucceed(...words) {
  const { status, stderr } = lab(...words);
  if (status !== 0) throw new Error(`lab ${words.join(' ')} ended with ${status}: ${stderr}`);
}

function timed(work) {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

function median(runs, measure) {
  return middle(Array.from({ length: runs }, measure));
}

function middle(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function print({ name, value, unit, aim }) {
  const rounded = Math.round(value);
  if (isJson) console.log(JSON.stringify({ name, value: rounded, unit, aim }));
  else console.log(`${name.padEnd(44)} ${String(rounded).padStart(7)} ${unit.padEnd(2)}  ${aim && `aim ${aim}`}`.trimEnd());
}
