import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run test:fidelity`: holds the embedded cluster to everything that was recorded on a real one, and prints the counts. Ends with 1
 * when anything differs that is not listed with a reason, and when something listed has come to agree.
 */
const LAYERS = [
  ['vectors', 'tests/vectors/embedded.test.ts'],
  ['differential', 'tests/differential/embedded.test.ts'],
  ['clients', 'tests/clients'],
  ['requests', 'tests/hostile-requests'],
];

const folder = mkdtempSync(join(tmpdir(), 'lab-fidelity-'));
const summaryFile = join(folder, 'summary.json');
const files = LAYERS.map(([, path]) => path);
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${summaryFile}`, ...files],
  {
    stdio: 'inherit',
  },
);
const { testResults } = readSummary();
rmSync(folder, { recursive: true });
let ran = 0;
for (const [layer, path] of LAYERS) {
  const tests = testResults.filter(({ name }) => name.includes(`/${path}`)).flatMap(({ assertionResults }) => assertionResults);
  const count = (wanted) => tests.filter((test) => test.status === wanted).length;
  ran += count('passed') > 0 ? 1 : 0;
  console.log(
    `${layer}: ${count('passed')} passed, ${count('failed')} failed, ${tests.length - count('passed') - count('failed')} skipped`,
  );
}
process.exitCode = status === 0 && ran === LAYERS.length ? 0 : 1;

function readSummary() {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    return { testResults: [] };
  }
}
