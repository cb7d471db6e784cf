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

let passed = 0;
let failed = 0;
for (const [name, command] of CHECKS) {
  console.log(`\n── ${name}`);
  if (run(command)) passed += 1;
  else failed += 1;
}

const folder = mkdtempSync(join(tmpdir(), 'lab-tests-'));
const summaryFile = join(folder, 'summary.json');
console.log('\n── tests');
const vitestPassed = run([
  'npx',
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${summaryFile}`,
  ...process.argv.slice(2),
]);
const { numPassedTests, numFailedTests, numPendingTests } = readSummary();
rmSync(folder, { recursive: true });
passed += numPassedTests;
failed += numFailedTests;
// Why: a test file that cannot even be loaded fails the run without failing a test.
if (!vitestPassed && numFailedTests === 0) failed += 1;
if (numPendingTests > 0) console.log(`${numPendingTests} skipped, each for the reason printed above`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function run([program, ...args]) {
  return spawnSync(program, args, { stdio: 'inherit' }).status === 0;
}

function readSummary() {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
  }
}
