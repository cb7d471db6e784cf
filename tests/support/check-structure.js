import { spawnSync } from 'node:child_process';

/**
 * Holds the arrows between folders (.dependency-cruiser.cjs) in the folders it is given; ends with 1 where one is broken, and where
 * nothing was looked at: a check that sees no files passes whatever they say.
 */
const { status, stdout } = spawnSync('npx', ['depcruise', '--config', '.dependency-cruiser.cjs', ...process.argv.slice(2)], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.stdout.write(stdout);
const modules = Number(/(\d+) modules/.exec(stdout)?.[1] ?? 0);
if (modules === 0) console.error('the structure check saw no modules');
process.exitCode = status === 0 && modules > 0 ? 0 : 1;
