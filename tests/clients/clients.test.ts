import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveCluster } from '../../src/embedded/http/testing/served-cluster.ts';
import { hasProgram } from '../support/has-program.ts';
import { COMMANDS } from './commands.ts';
import { runCommands, type ClientAnswer } from './run-commands.ts';

const hasPrograms = hasProgram('kubectl', 'version', '--client') && hasProgram('kubectl-argo-rollouts', 'version');
/** Names the kubeconfig of a real cluster with Argo Rollouts and the images `lab/shop:1.0`, `lab/shop:1.1`, `debian:bookworm-slim`. */
const realKubeconfig = process.env['LAB_CLIENTS_KUBECONFIG'];
const GOLDEN = join(import.meta.dirname, 'golden.json');
const TIMEOUT_MS = 300_000;
const isRecorded = existsSync(GOLDEN);

if (!hasPrograms) console.warn('clients: kubectl or kubectl-argo-rollouts is not on the PATH: the commands are not compared');
if (!isRecorded) console.warn('clients: no answers of a real cluster are recorded: the commands are not compared');

async function recorded(): Promise<ClientAnswer[]> {
  return JSON.parse(await readFile(GOLDEN, 'utf8')) as ClientAnswer[];
}

/** Prints the count, and answers what differs without a known reason. */
function compare(where: string, answers: readonly ClientAnswer[], golden: readonly ClientAnswer[]) {
  const divergent = answers.flatMap((answer, index) => (same(answer, golden[index]) ? [] : [{ answer, golden: golden[index], index }]));
  console.log(`clients: ${answers.length} commands, ${divergent.length} divergent (${where})`);
  for (const { index } of divergent) console.log(`  ${COMMANDS[index]!.line}: ${COMMANDS[index]!.differs ?? 'NOT EXPECTED'}`);
  return divergent.filter(({ index }) => COMMANDS[index]!.differs === undefined);
}

function same(answer: ClientAnswer, golden: ClientAnswer | undefined): boolean {
  return JSON.stringify(answer) === JSON.stringify(golden);
}

describe('the clients', () => {
  it('were asked enough', async () => {
    expect(COMMANDS.length).toBeGreaterThanOrEqual(120);
    if (isRecorded) expect((await recorded()).map(({ line }) => line)).toEqual(COMMANDS.map(({ line }) => line));
  });

  it.runIf(hasPrograms && isRecorded)(
    'get the same answers from the embedded cluster as from a real one',
    async () => {
      const served = await serveCluster();
      try {
        const answers = await runCommands(COMMANDS, served.kubeconfigFile, 'clients');
        expect(compare('embedded', answers, await recorded())).toEqual([]);
        expect(served.unexpected).toEqual([]);
      } finally {
        await served.close();
        await served.cluster.close();
      }
    },
    TIMEOUT_MS,
  );

  it.runIf(hasPrograms && realKubeconfig !== undefined)(
    'get from a real cluster what is recorded, or record it with LAB_CLIENTS_RECORD',
    async () => {
      const answers = await runCommands(COMMANDS, realKubeconfig!, `clients-${process.pid}`);
      if (process.env['LAB_CLIENTS_RECORD']) await writeFile(GOLDEN, `${JSON.stringify(answers, null, 2)}\n`);
      expect(compare('real', answers, await recorded())).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
