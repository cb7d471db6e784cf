import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientCommand } from './commands.ts';
import { FILES } from './files.ts';
import { normalise } from './normalise.ts';

/** What one command answered, without what differs from run to run. */
export interface ClientAnswer {
  line: string;
  code: number;
  stdout: string;
  stderr: string;
}

const TIMEOUT_MS = 90_000;

/** Runs the commands one after another in a namespace of their own, which the last of them deletes. */
export async function runCommands(commands: readonly ClientCommand[], kubeconfig: string, namespace: string): Promise<ClientAnswer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'clients-'));
  try {
    await copyFile(kubeconfig, join(folder, 'kubeconfig'));
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
    const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'kubeconfig'), NS: namespace };
    await shell(`kubectl create namespace ${namespace} && kubectl config set-context --current --namespace=${namespace}`, folder, env);
    const answers: ClientAnswer[] = [];
    for (const command of commands) {
      const { code, stdout, stderr } = await shell(command.line, folder, env, command.input);
      const clean = (text: string): string => (command.codeOnly === undefined ? normalise(text, namespace) : '');
      answers.push({ line: command.line, code, stdout: clean(stdout), stderr: clean(stderr) });
    }
    return answers;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function shell(
  line: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  input = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', line], { cwd: folder, env, timeout: TIMEOUT_MS });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    // Why: a command that does not read its input may end before it was written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, ...output }));
  });
}
