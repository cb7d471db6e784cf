import type { CommandContext } from './context.ts';
import { readVersion } from './context.ts';

/** `lab version`. */
export async function version({ io, installFolder }: CommandContext, { isJson }: { isJson: boolean }): Promise<number> {
  const found = { lab: await readVersion(installFolder), node: io.nodeVersion, platform: io.platform };
  io.line(isJson ? JSON.stringify(found) : `lab ${found.lab} (Node ${found.node}, ${found.platform})`);
  return 0;
}
