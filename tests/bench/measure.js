import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(fileURLToPath(new URL('../../', import.meta.url)), 'dist/lab/main.js');
const isJson = process.argv.includes('--json');

/** A learner's folders, and the compiled `lab` to measure in them. */
export class BenchLab {
  constructor(environment = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'lab-bench-'));
    const { PATH } = process.env;
    this.env = { PATH, LAB_HOME: join(this.folder, 'home'), LAB_WORKSPACE: join(this.folder, 'work'), ...environment };
  }

  run(...words) {
    return spawnSync(process.execPath, [main, ...words], { cwd: this.folder, env: this.env, encoding: 'utf8' });
  }

  mustSucceed(...words) {
    const { status, stderr } = this.run(...words);
    if (status !== 0) throw new Error(`lab ${words.join(' ')} ended with ${status}: ${stderr}`);
  }

  leave(...flags) {
    this.run('stop', '--delete', ...flags);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Milliseconds that work takes. */
export function timed(work) {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

export function median(runs, measure) {
  return middle(Array.from({ length: runs }, measure));
}

export function middle(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** With `--json` one object a line, else a row of a table. */
export function print({ name, value, unit, aim, digits = 0 }) {
  const rounded = Number(value.toFixed(digits));
  if (isJson) console.log(JSON.stringify({ name, value: rounded, unit, aim }));
  else console.log(`${name.padEnd(44)} ${String(rounded).padStart(7)} ${unit.padEnd(2)}  ${aim && `aim ${aim}`}`.trimEnd());
}
