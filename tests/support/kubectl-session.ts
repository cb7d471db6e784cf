import { afterAll, beforeAll, expect } from 'vitest';
import { serveCluster, type ServedCluster } from '../../src/embedded/http/testing/served-cluster.ts';
import { hasProgram } from './has-program.ts';
import { run, type CommandOutcome } from './kubectl.ts';

export const hasKubectl = hasProgram('kubectl', 'version', '--client');

/** A command line, in words or as text without quotes in it. */
export type CommandLine = string | readonly string[];

/** The real kubectl, led to a cluster. */
export interface KubectlSession {
  readonly served: ServedCluster;
  /** Runs a command to its end. */
  kubectl: (command: CommandLine, input?: string, env?: Record<string, string>) => Promise<CommandOutcome>;
  /** Runs a command that has to succeed; answers what it printed. */
  ok: (command: CommandLine, input?: string, env?: Record<string, string>) => Promise<string>;
}

/** A cluster with the namespace `lab` for all tests of a file, where there is a kubectl; nothing unexpected may happen inside of it. */
export function kubectlSession(): KubectlSession {
  let served: ServedCluster;
  const kubectl: KubectlSession['kubectl'] = (command, input, env) => {
    const args = typeof command === 'string' ? command.split(' ') : command;
    return run('kubectl', args, { kubeconfig: served.kubeconfigFile, input, ...(env && { env }) });
  };
  const ok: KubectlSession['ok'] = async (command, input, env) => {
    const { code, stdout, stderr } = await kubectl(command, input, env);
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    return stdout;
  };
  beforeAll(async () => {
    if (!hasKubectl) return;
    served = await serveCluster();
    await ok('create namespace lab');
  });
  afterAll(async () => {
    if (!hasKubectl) return;
    await served.close();
    expect(served.unexpected).toEqual([]);
  });
  return {
    kubectl,
    ok,
    get served() {
      return served;
    },
  };
}
