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
const isRecording = Boolean(process.env['LAB_CLIENTS_RECORD']);
const GOLDEN = join(import.meta.dirname, 'golden.json');
const TIMEOUT_MS = 600_000;

if (!hasPrograms) console.warn('clients: kubectl or kubectl-argo-rollouts is not on the PATH: the commands are not compared');

async function recorded(): Promise<ClientAnswer[]> {
  return JSON.parse(await readFile(GOLDEN, 'utf8')) as ClientAnswer[];
}

/** Prints the count; answers what differs without being listed, and what is listed without differing. */
function compare(answers: readonly ClientAnswer[], golden: readonly ClientAnswer[], isListed: (index: number) => boolean) {
  const differs = answers.map((answer, index) => JSON.stringify(answer) !== JSON.stringify(golden[index]));
  const count = (isCounted: (index: number) => boolean): number => answers.filter((_, index) => isCounted(index)).length;
  const differing = count((index) => differs[index]! && !isListed(index));
  console.log(`clients: ${answers.length} commands, ${differing} differ, ${count(isListed)} listed`);
  return answers.flatMap((answer, index) => {
    if (differs[index] === isListed(index)) return [];
    return [differs[index] ? { differs: answer, recorded: golden[index] } : { agreesThoughListed: answer }];
  });
}

describe('the clients', () => {
  it('were asked enough', () => {
    expect(COMMANDS.length).toBeGreaterThanOrEqual(120);
  });

  it.runIf(existsSync(GOLDEN) && !isRecording)('have an answer of a real cluster to every command', async () => {
    expect((await recorded()).map(({ line }) => line)).toEqual(COMMANDS.map(({ line }) => line));
  });

  it.runIf(hasPrograms && !realKubeconfig)(
    'get the same answers from the embedded cluster as from a real one',
    async () => {
      const served = await serveCluster();
      try {
        const answers = await runCommands(COMMANDS, served.kubeconfigFile, `clients-${process.pid}`);
        if (process.env['LAB_CLIENTS_OUT']) await writeFile(process.env['LAB_CLIENTS_OUT'], JSON.stringify(answers, null, 2));
        expect(compare(answers, await recorded(), (index) => COMMANDS[index]!.differs !== undefined)).toEqual([]);
        expect(served.unexpected).toEqual([]);
      } finally {
        await served.close();
        await served.cluster.close();
      }
    },
    TIMEOUT_MS,
  );

  it.runIf(hasPrograms && realKubeconfig)(
    'get from a real cluster what is recorded, or record it with LAB_CLIENTS_RECORD',
    async () => {
      const answers = await runCommands(COMMANDS, realKubeconfig!, `clients-${process.pid}`);
      if (isRecording) await writeFile(GOLDEN, `${JSON.stringify(answers, null, 2)}\n`);
      expect(compare(answers, await recorded(), () => false)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
