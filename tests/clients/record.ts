import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMMANDS } from './commands.ts';
import { runCommands } from './run-commands.ts';

/**
 * Writes what a real cluster answers into the golden file: `LAB_CLIENTS_KUBECONFIG=… node tests/clients/record.ts`, on a Node that
 * runs TypeScript. The cluster needs Argo Rollouts and the images `lab/shop:1.0`, `lab/shop:1.1` and `debian:bookworm-slim`.
 */
const kubeconfig = process.env['LAB_CLIENTS_KUBECONFIG'];
if (!kubeconfig) throw new Error('LAB_CLIENTS_KUBECONFIG must name the kubeconfig of a real cluster');
const answers = await runCommands(COMMANDS, kubeconfig, `clients-${process.pid}`);
await writeFile(join(import.meta.dirname, 'golden.json'), `${JSON.stringify(answers, null, 2)}\n`);
console.log(`clients: ${answers.length} commands recorded`);
