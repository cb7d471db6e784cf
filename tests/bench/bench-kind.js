import { spawnSync } from 'node:child_process';
import { BenchLab, median, print, timed } from './measure.js';

/**
 * `npm run bench:kind`: what a lab on kind costs beside a bare kind cluster of the same node image, in one run. Images are there before
 * anything is measured. It measures and never fails; with `--json` it prints an object a line.
 */

const { LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, HOME, DOCKER_HOST } = process.env;
const RUNS = 3;
const scenario = 'scenario-1';
const lab = new BenchLab({ LAB_NODE_IMAGE, LAB_ROLLOUTS_MANIFEST, HOME, DOCKER_HOST });

try {
  // Builds or pulls what is missing.
  lab.mustSucceed('start', scenario, '--backend', 'kind');
  benchStart();
  benchReset();
  lab.mustSucceed('dev', 'solve', scenario);
  benchCheck();
} finally {
  lab.leave('--keep-images');
}

/** In turns, so that both have the same machine. */
function benchStart() {
  const bare = [];
  const whole = [];
  for (let run = 0; run < RUNS; run += 1) {
    lab.mustSucceed('stop', '--delete', '--keep-images');
    bare.push(timed(createBareCluster));
    deleteBareCluster();
    whole.push(timed(() => lab.mustSucceed('start', scenario, '--backend', 'kind')));
  }
  const [bareMs, wholeMs] = [bare, whole].map((values) => median(RUNS, (_, run) => values[run]));
  print({ name: 'kind create cluster --wait', value: bareMs / 1000, unit: 's', aim: '', digits: 1 });
  print({ name: 'start on kind to ready', value: wholeMs / 1000, unit: 's', aim: '', digits: 1 });
  print({ name: 'start on kind, as a multiple of the bare one', value: wholeMs / bareMs, unit: '', aim: '≤ 1.35', digits: 2 });
}

function createBareCluster() {
  const image = LAB_NODE_IMAGE ? ['--image', LAB_NODE_IMAGE] : [];
  kind('create', 'cluster', '--name', 'lab-bench-bare', '--wait', '5m', '--kubeconfig', `${lab.folder}/bare`, ...image);
}

function deleteBareCluster() {
  kind('delete', 'cluster', '--name', 'lab-bench-bare', '--kubeconfig', `${lab.folder}/bare`);
}

function benchReset() {
  const value = median(RUNS, () => timed(() => lab.mustSucceed('reset')));
  print({ name: 'reset on kind', value: value / 1000, unit: 's', aim: '≤ 5', digits: 1 });
}

function benchCheck() {
  const { result } = JSON.parse(lab.run('check', '--json').stdout);
  if (result !== 'passed') process.stderr.write(`the repaired lab is not passed: ${result}\n`);
  const value = median(RUNS, () => timed(() => lab.run('check', '--json')));
  print({ name: 'check on kind', value: value / 1000, unit: 's', aim: '≤ 2', digits: 1 });
}

function kind(...words) {
  const { status, stderr } = spawnSync('kind', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`kind ${words.join(' ')} ended with ${status}: ${stderr}`);
}
