#!/usr/bin/env node
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processIo } from './cli/io.ts';
import { INTERRUPTED, runProgram } from './cli/program.ts';
import { exitCodeOf, renderError } from './cli/render-error.ts';
import { cacheFolder } from './system/cache-folder.ts';
import { keepCompiled } from './system/compile-cache.ts';

/** Exit code of a program whose reader went away, as shells number it. */
const BROKEN_PIPE = 141;
const TERMINATED = 143;

// Why only then: it slows every module down that is read.
if (process.argv.includes('--verbose')) process.setSourceMapsEnabled(true);

keepCompiled(join(cacheFolder(process.env, process.platform), 'compiled'));
const io = processIo();
const installFolder = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? BROKEN_PIPE : 1));
}

let isInterrupted = false;
for (const [signal, exitCode] of [
  ['SIGINT', INTERRUPTED],
  ['SIGTERM', TERMINATED],
] as const) {
  process.on(signal, () => {
    if (isInterrupted) process.exit(exitCode);
    isInterrupted = true;
    void io.interrupt().finally(() => process.exit(exitCode));
  });
}

try {
  const exitCode = await runProgram(io, process.argv.slice(2), { installFolder });
  if (!isInterrupted) process.exitCode = exitCode;
} catch (error) {
  io.note(renderError(error, io, process.argv.includes('--verbose')));
  process.exitCode = exitCodeOf(error);
}
await new Promise((resolve) => process.stdout.write('', resolve));
if (!isInterrupted) process.exit();
