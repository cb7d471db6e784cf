import { spawnSync } from 'node:child_process';

/**
 * `npm run test:kind [-- FILE...]`: what is tested on a real cluster. `-- --all` tries every scenario of the course there instead, and
 * `-- --challenges` every challenge.
 */
const COURSES = {
  '--all': { course: 'all', files: ['tests/kind/course.test.ts', 'tests/kind/scenario-1.test.ts'] },
  '--challenges': { course: 'challenges', files: ['tests/kind/course.test.ts'] },
};

const words = process.argv.slice(2);
const { course, files } = COURSES[words.find((word) => word in COURSES)] ?? { files: ['tests/kind'] };
const asked = words.filter((word) => !(word in COURSES));
const { status } = spawnSync('npx', ['vitest', 'run', '--no-file-parallelism', ...(asked.length > 0 ? asked : files)], {
  stdio: 'inherit',
  env: { ...process.env, ...(course && { LAB_KIND_COURSE: course }) },
});
process.exitCode = status ?? 1;
