import type { Bytes } from '../kernel/bytes.ts';
import { createPipe } from '../kernel/pipe.ts';
import type { Command } from '../syntax/tree.ts';
import type { Shell } from './shell.ts';
import { forkShell } from './subshell.ts';

const LOWEST_DESCRIPTOR = 60;

/** bash: `<(…)` and `>(…)`: starts the commands with a pipe, and answers the path that the pipe has until the present command ends. */
export function startProcessSubstitution(shell: Shell, operator: '<' | '>', body: Command | undefined): Bytes {
  const { reader, writer } = createPipe();
  const [ours, theirs] = operator === '<' ? [reader, writer] : [writer, reader];
  const descriptor = shell.process.descriptors.add(ours, LOWEST_DESCRIPTOR);
  const child = forkShell(shell, function* (copy) {
    return body ? yield* shell.engine.execute(copy, body, { isTested: false, isLast: true }) : 0;
  });
  child.descriptors.set(operator === '<' ? 1 : 0, theirs);
  child.descriptors.close(descriptor);
  shell.substitutedDescriptors.push(descriptor);
  return `/dev/fd/${descriptor}`;
}

/** Closes the pipes of the substitutions that were started since there were `count`. */
export function endProcessSubstitutions(shell: Shell, count: number): void {
  for (const descriptor of shell.substitutedDescriptors.splice(count)) shell.process.descriptors.close(descriptor);
}
