import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** `npm run test:differential -- [--count N] [--seed S] [--record] [--jobs N]`: random programs on a real cluster and on the embedded one. */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '8' },
    record: { type: 'boolean', default: false },
  },
});
const { status } = spawnSync('npx', ['vitest', 'run', 'tests/differential/kind.test.ts', `--maxConcurrency=${values.jobs}`], {
  stdio: 'inherit',
  env: {
    ...process.env,
    DIFFERENTIAL_COUNT: values.count,
    DIFFERENTIAL_SEED: values.seed,
    ...(values.record && { DIFFERENTIAL_RECORD: '1' }),
  },
});
process.exitCode = status ?? 1;
