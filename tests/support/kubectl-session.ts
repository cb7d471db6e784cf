import { expect } from 'vitest';
import { run, type CommandOutcome } from './kubectl.ts';
import type { ServedCluster } from '../../src/embedded/http/testing/served-cluster.ts';

/** A command line, in words or as text without quotes in it. */
export type CommandLine = string | readonly string[];

/** The real kubectl, led to a served cluster. */
export interface KubectlSession {
  /** Runs a command to its end. */
  kubectl: (command: CommandLine, input?: string, env?: Record<string, string>) => Promise<CommandOutcome>;
  /** Runs a command that has to succeed; answers what it printed. */
  ok: (command: CommandLine, input?: string, env?: Record<string, string>) => Promise<string>;
}

export function kubectlSession(served: () => ServedCluster): KubectlSession {
  const kubectl: KubectlSession['kubectl'] = (command, input, env) => {
    const args = typeof command === 'string' ? command.split(' ') : command;
    return run('kubectl', args, { kubeconfig: served().kubeconfigFile, input, ...(env && { env }) });
  };
  const ok: KubectlSession['ok'] = async (command, input, env) => {
    const { code, stdout, stderr } = await kubectl(command, input, env);
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    return stdout;
  };
  return { kubectl, ok };
}
