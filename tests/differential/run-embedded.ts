import { EmbeddedCluster } from '../rollout-world/embedded-cluster.ts';
import { World } from '../rollout-world/world.ts';
import type { Program } from './program.ts';
import { runProgram, type Observation } from './run-program.ts';

/** What the embedded cluster does with a program. */
export async function runEmbedded(program: Program): Promise<Observation> {
  const cluster = new EmbeddedCluster();
  try {
    return await runProgram(await World.open(cluster, 'differential'), program);
  } finally {
    await cluster.close();
  }
}
