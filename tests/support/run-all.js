import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `npm test` does: every static check, then every test; goes on after a failure, so that one run shows all there is to mend. */
const CHECKS = [
  ['format', ['npx', 'prettier', '--check', '--log-level', 'warn', '.']],
  ['types', ['npx', 'tsc', '-p', 'tsconfig.lint.json']],
  ['lint', ['npx', 'eslint', '.']],
  ['structure', ['node', 'tests/support/check-structure.js', 'src', 'grader']],
];

const CLIENTS = 'tests/clients/**';
const KIND = 'tests/kind/**';
const REAL_VECTORS = 'tests/vectors/kind.test.ts';
const REAL_PROGRAMS = 'tests/differential/kind.test.ts';

let passed = 0;
let failed = 0;
for (const [name, command] of CHECKS) {
  console.log(`\n── ${name}`);
  if (run(command)) passed += 1;
  else failed += 1;
}

const asked = process.argv.slice(2);
// Why on demand: a real cluster wants the machine for itself, for ten minutes and more.
const isWithRealVectors = Boolean(process.env.LAB_REAL_VECTORS);
const RUNS = asked.length > 0 ? [['tests', asked]] : allRuns();

const folder = mkdtempSync(join(tmpdir(), 'lab-tests-'));
const counts = { skipped: 0, vectors: { embedded: 0, kind: 0, failed: 0 }, differential: { programs: 0, divergent: 0 } };
for (const [name, args] of RUNS) {
  console.log(`\n── ${name}`);
  const summaryFile = join(folder, 'summary.json');
  const isPassed = run(['npx', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${summaryFile}`, ...args]);
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = readSummary(summaryFile);
  rmSync(summaryFile, { force: true });
  passed += numPassedTests;
  failed += numFailedTests;
  counts.skipped += numPendingTests;
  countVectors(testResults);
  countPrograms(testResults);
  // Why: a file that cannot be loaded or set up, or an error outside of any test, fails the run without failing a test.
  const brokenFiles = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed));
  failed += brokenFiles.length;
  if (!isPassed && numFailedTests + brokenFiles.length === 0) failed += 1;
}
rmSync(folder, { recursive: true });
console.log('skipped: new random programs on both clusters; `npm run test:differential` runs them');
if (!isWithRealVectors)
  console.log('skipped: the vectors on a real cluster; `npm run test:vectors` runs them, LAB_REAL_VECTORS=1 adds them here');
const { embedded, kind, failed: failedVectors } = counts.vectors;
console.log(`vectors: ${embedded} on embedded, ${kind} on kind, ${failedVectors} failed`);
console.log(`differential: ${counts.differential.programs} programs, ${counts.differential.divergent} divergent`);
if (counts.skipped > 0) console.log(`${counts.skipped} skipped, each for the reason printed above`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Why apart: what is compared in real time wants the machine for itself. */
function allRuns() {
  const apart = [CLIENTS, KIND, REAL_VECTORS, REAL_PROGRAMS].flatMap((pattern) => ['--exclude', pattern]);
  const runs = [
    ['tests', apart],
    ['tests with real programs in real time', ['--no-file-parallelism', 'tests/clients', 'tests/kind']],
  ];
  return isWithRealVectors ? [...runs, ['vectors on a real cluster', [REAL_VECTORS]]] : runs;
}

function isFailed({ status }) {
  return status === 'failed';
}

function run([program, ...args]) {
  return spawnSync(program, args, { stdio: 'inherit' }).status === 0;
}

function countVectors(files) {
  for (const { name, assertionResults } of files) {
    const place = /tests\/vectors\/(embedded|kind)\.test\.ts$/.exec(name)?.[1];
    if (!place) continue;
    counts.vectors[place] += assertionResults.filter(({ status }) => status === 'passed').length;
    counts.vectors.failed += assertionResults.filter(({ status }) => status === 'failed').length;
  }
}

function countPrograms(files) {
  const kept = files.filter(({ name }) => /tests\/differential\/embedded\.test\.ts$/.test(name)).flatMap((file) => file.assertionResults);
  const programs = kept.filter(({ title }) => /^[0-9a-f]{10} /.test(title));
  counts.differential.programs += programs.length;
  counts.differential.divergent += programs.filter(isFailed).length;
}

function readSummary(summaryFile) {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [] };
  }
}
