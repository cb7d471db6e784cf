import { Buffer } from 'node:buffer';
import { toBytes } from '../../shell/kernel/bytes.ts';
import type { Process } from '../../shell/kernel/process.ts';
import { SystemError } from '../../shell/kernel/system-error.ts';

const PROGRAM = 'tekton-entrypoint';

/** `entrypoint init SOURCE TARGET STEP…`: brings the program to where the steps have it mounted, and makes the folders of the steps known by name. */
export function prepareBin(process: Process, [, target = '', ...steps]: readonly string[]): number {
  process.files.install(toBytes(target), { mode: 0o755, program: PROGRAM });
  steps.forEach((step, index) => {
    const symlinkTo = toBytes(`/tekton/run/${index}/status`);
    for (const name of [step, String(index)]) process.files.install(toBytes(`/tekton/steps/${name}`), { mode: 0o777, symlinkTo });
  });
  return 0;
}

/** `entrypoint decode-script FILE`: takes the encoding off that has kept the script's dollar signs from being read on the way. */
export function decodeScript(process: Process, path: string): number {
  const file = process.files.node(toBytes(path), process);
  if (file.kind !== 'file') throw new SystemError('EISDIR');
  process.files.setContent(file, Buffer.from(file.content, 'base64').toString('latin1'));
  return 0;
}
