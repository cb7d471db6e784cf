import { spawnSync } from 'node:child_process';

/** `npm run test:kind`: what is tested on a real cluster; with `--all` every scenario of the course is. */
const words = process.argv.slice(2);
const env = words.includes('--all') ? { ...process.env, LAB_KIND_COURSE: 'all' } : process.env;
const asked = words.filter((word) => word !== '--all');
const { status } = spawnSync('npx', ['vitest', 'run', '--no-file-parallelism', ...(asked.length > 0 ? asked : ['tests/kind'])], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
