import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run test:fidelity`: holds the embedded cluster to everything that was recorded on a real one, and prints the counts. Ends with 1
 * when anything differs that is not listed with a reason, and when something listed has come to agree. A layer whose programs are missing
 * is skipped, and says so.
 */
const LAYERS = [
  { name: 'vectors', path: 'tests/vectors/embedded.test.ts' },
  { name: 'differential', path: 'tests/differential/embedded.test.ts' },
  { name: 'tekton', path: 'tests/tekton/embedded.test.ts' },
  { name: 'requests', path: 'tests/hostile-requests' },
  { name: 'clients', path: 'tests/clients/clients.test.ts', isInRealTime: true },
  { name: 'controller', path: 'tests/clients/rollouts-controller.test.ts', isInRealTime: true, isOptional: true },
];

const folder = mkdtempSync(join(tmpdir(), 'lab-fidelity-'));
// Why apart: what is compared in real time wants the machine for itself.
const runs = [
  runTests(LAYERS.filter(({ isInRealTime }) => !isInRealTime)),
  runTests(
    LAYERS.filter(({ isInRealTime }) => isInRealTime),
    '--no-file-parallelism',
  ),
];
rmSync(folder, { recursive: true });

const testResults = runs.flatMap((run) => run.testResults);
const missing = [];
for (const { name, path, isOptional } of LAYERS) {
  const tests = testResults.filter((file) => file.name.includes(`/${path}`)).flatMap(({ assertionResults }) => assertionResults);
  const count = (wanted) => tests.filter(({ status }) => status === wanted).length;
  const [passed, failed] = [count('passed'), count('failed')];
  if (passed === 0 && !isOptional) missing.push(name);
  console.log(`${name}: ${passed} passed, ${failed} failed, ${tests.length - passed - failed} skipped`);
}
for (const name of missing) console.log(`${name}: nothing was compared`);
process.exitCode = runs.every(({ isPassed }) => isPassed) && missing.length === 0 ? 0 : 1;

function runTests(layers, ...options) {
  const summaryFile = join(folder, 'summary.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${summaryFile}`];
  const { status } = spawnSync('npx', ['vitest', 'run', ...options, ...reporters, ...layers.map(({ path }) => path)], { stdio: 'inherit' });
  const { testResults } = readSummary(summaryFile);
  rmSync(summaryFile, { force: true });
  return { isPassed: status === 0, testResults };
}

function readSummary(summaryFile) {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    return { testResults: [] };
  }
}
