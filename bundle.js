import { chmod } from 'node:fs/promises';
import { build } from 'rolldown';

/**
 * The build's last step: gathers the modules of `lab`, and those of the packages that it uses, in few files. Why: Node takes longer to find
 * and to read hundreds of modules than to run what is in them, and somebody waits for that at each command.
 *
 * Each entry is a program of its own, or a file that is found by its name beside the one that loads it.
 */
const EXECUTABLE = 0o755;

await build({
  input: {
    main: 'dist/src/main.js',
    daemon: 'dist/src/backends/embedded/daemon.js',
    'sandbox-worker': 'dist/src/embedded/shell/worker/sandbox-worker.js',
    validators: 'dist/src/scenarios/validators.js',
  },
  platform: 'node',
  // Why: they hold compiled code, which they look for beside themselves.
  external: ['lmdb', 'dockerode'],
  output: { dir: 'dist/lab', chunkFileNames: '[name].js', cleanDir: true, sourcemap: true },
});
// Why both: npx remembers where a command was, so that a checkout which was used before this step came in still leads to the other one.
for (const main of ['dist/lab/main.js', 'dist/src/main.js']) await chmod(main, EXECUTABLE);
