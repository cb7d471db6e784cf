import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchLab, median, middle, print, timed } from './measure.js';

/**
 * `npm run bench`: how long a learner waits, against what is aimed at. Everything is done through the compiled `lab`, several times; the
 * median counts. It measures and never fails. With `--json` it prints an object a line: name, value, unit, aim.
 */

const scenario = 'scenario-1';
const lab = new BenchLab();

try {
  benchStartUp();
  benchStart();
  await benchMemory();
  benchReset();
  solve();
  benchCheck();
  await benchDrill();
} finally {
  lab.leave();
}

function benchStartUp() {
  const bare = median(9, () => timed(() => spawnSync(process.execPath, ['-e', ''])));
  const version = median(9, () => timed(() => lab.run('--version')));
  print({ name: 'CLI start-up over bare node', value: version - bare, unit: 'ms', aim: '≤ 80' });
}

function benchStart() {
  const value = median(3, () => {
    lab.run('stop', '--delete');
    return timed(() => lab.mustSucceed('start', scenario, '--backend', 'embedded'));
  });
  print({ name: 'start to ready', value, unit: 'ms', aim: '≤ 1000' });
}

function benchReset() {
  print({ name: 'reset', value: median(3, () => timed(() => lab.mustSucceed('reset'))), unit: 'ms', aim: '≤ 500' });
}

/** After ten quiet seconds. Where a process can be asked for its own share of memory, that counts. */
async function benchMemory() {
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const { pid } = JSON.parse(lab.run('status', '--json').stdout).cluster;
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
  lab.mustSucceed('dev', 'solve', scenario);
}

function benchCheck() {
  const report = JSON.parse(lab.run('check', '--json').stdout);
  if (report.result !== 'passed') process.stderr.write(`the repaired lab scores ${report.score.earned} points\n`);
  print({ name: `lab check of ${scenario}`, value: median(5, () => timed(() => lab.run('check', '--json'))), unit: 'ms', aim: '' });
  const drills = median(5, () => {
    const { startedAt, finishedAt } = JSON.parse(lab.run('check', '--json').stdout);
    return Date.parse(finishedAt) - Date.parse(startedAt);
  });
  print({ name: `all checks of ${scenario}`, value: drills, unit: 'ms', aim: '≤ 1000' });
}

/** How much time passes in the copy while a release that cannot get through is waited for, per second that the drill takes. */
async function benchDrill() {
  const { EmbeddedBackend } = await import('../../dist/src/backends/embedded/embedded-backend.js');
  const processes = { pid: process.pid, nodePath: process.execPath, signal: () => false };
  const kubeconfig = join(lab.env.LAB_HOME, 'kubeconfig');
  const backend = new EmbeddedBackend({ home: lab.env.LAB_HOME, kubeconfig, processes, onInterrupt: () => () => undefined });
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
