import { UsageError } from '../errors.ts';
import { quoteWord } from '../system/exec.ts';
import type { CommandContext } from './context.ts';
import { requireSession } from './open-lab.ts';
import { unknownName } from './scenario-ids.ts';

const SHELLS: Record<string, (path: string) => string> = {
  sh: (path) => `export KUBECONFIG=${quoteWord(path)}`,
  fish: (path) => `set -gx KUBECONFIG '${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  powershell: (path) => `$env:KUBECONFIG = '${path.replaceAll("'", "''")}'`,
};

/** `lab env`: the line that points kubectl of a shell at the lab's cluster. */
export async function env(context: CommandContext, { shell }: { shell: string }): Promise<number> {
  const format = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (!format) throw shellUnknown(shell);
  await requireSession(context);
  context.io.line(format(context.paths.kubeconfig));
  return 0;
}

function shellUnknown(shell: string): UsageError {
  return unknownName('shell', shell, Object.keys(SHELLS), `There are: ${Object.keys(SHELLS).join(', ')}; bash and zsh take what sh takes.`);
}
