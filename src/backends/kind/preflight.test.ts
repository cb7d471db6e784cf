import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../errors.ts';
import type { ContainerFacts, DockerFacts } from '../../system/docker.ts';
import { PretendDocker, PretendKind } from '../../../tests/support/pretend-machine.ts';
import { findProblems, lookAtMachine, refuseOnProblems, type MachineFacts } from './preflight.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const GIGABYTE = 1024 ** 3;
const docker: DockerFacts = {
  version: '28.2.2',
  cgroupVersion: 2,
  memoryBytes: 8 * GIGABYTE,
  rootFolder: '/var/lib/docker',
  platform: 'linux/amd64',
};
const fine: MachineFacts = {
  docker,
  hasDockerCommand: true,
  kind: '0.33.0',
  freeBytes: 50 * GIGABYTE,
  isPortTaken: false,
  node: undefined,
  withoutManifest: [],
};
const places = { name: 'lab-x', policyFolder: '/home/you/.lab/kind/lab-x/policy' };
const container = (source: string): ContainerFacts => ({
  id: 'c',
  name: 'lab-x-control-plane',
  isRunning: true,
  labels: {},
  mounts: [{ source, target: '/x' }],
});

const problemsOf = (facts: Partial<MachineFacts>, nodeImage = DEFAULT_SETTINGS.nodeImage): string[] =>
  findProblems({ ...fine, ...facts }, { ...DEFAULT_SETTINGS, nodeImage, apiPort: 6443 }, places).map(({ what }) => what);

describe('findProblems', () => {
  it('finds none on a machine that is well', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ freeBytes: undefined })).toEqual([]);
    expect(problemsOf({ node: container(places.policyFolder) })).toEqual([]);
    expect(problemsOf({ node: container(`/host_mnt${places.policyFolder}`) })).toEqual([]);
    expect(() => refuseOnProblems([])).not.toThrow();
  });

  it.each<[string, Partial<MachineFacts>]>([
    ['Docker does not answer', { docker: new EnvironmentError('Docker does not answer', { hint: 'Start Docker.' }) }],
    ['you may not use Docker', { docker: new EnvironmentError('you may not use Docker') }],
    ['Docker 19.3.1 is too old', { docker: { ...docker, version: '19.3.1' } }],
    ['Docker has 2.0 GB of memory, and a cluster needs 4 GB', { docker: { ...docker, memoryBytes: 2 * GIGABYTE } }],
    ['the docker command is not installed', { hasDockerCommand: false }],
    ['the disk that Docker uses has 9.0 GB free, and the lab needs 10 GB', { freeBytes: 9 * GIGABYTE }],
    ['kind is not installed', { kind: undefined }],
    ['kind 0.11.1 is too old', { kind: '0.11.1' }],
    ['port 6443, which lab.config.yaml wants for the API server, is taken', { isPortTaken: true }],
    ['there is a kind cluster "lab-x" that this lab has not made', { node: container('/somewhere/else') }],
  ])('%s', (what, facts) => {
    expect(problemsOf(facts)).toEqual([what]);
  });

  it('minds cgroup v1 only with a node that refuses it', () => {
    const old = { docker: { ...docker, cgroupVersion: 1 as const } };
    expect(problemsOf(old)).toEqual([]);
    expect(problemsOf(old, 'kindest/node:v1.35.0')).toEqual(['this machine has cgroup v1, on which Kubernetes 1.35 refuses to start']);
    expect(problemsOf({}, 'kindest/node:v1.35.0')).toEqual([]);
  });

  it('tells all of them at once, each with what to do', () => {
    const facts = {
      ...fine,
      docker: new EnvironmentError('Docker does not answer'),
      kind: undefined,
      hasDockerCommand: false,
      isPortTaken: true,
    };
    const problems = findProblems(facts, { ...DEFAULT_SETTINGS, apiPort: 6443 }, places);
    expect(problems).toHaveLength(4);
    expect(problems.every(({ remedy }) => remedy.length > 0)).toBe(true);
    expect(() => refuseOnProblems(problems)).toThrow(expect.objectContaining({ exitCode: 3, problems }) as Error);
  });
});

describe('lookAtMachine', () => {
  it('takes a Docker that does not answer for a finding', async () => {
    const machine = { docker: new PretendDocker(), kind: new PretendKind() };
    machine.docker.failure = new EnvironmentError('Docker does not answer');
    const facts = await lookAtMachine(machine, { node: 'lab-x-control-plane' }, DEFAULT_SETTINGS, ['tekton']);
    expect(facts).toMatchObject({ docker: machine.docker.failure, node: undefined, freeBytes: undefined, kind: '0.33.0' });
  });

  it('finds a port that is taken, unless by the node itself', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port: apiPort } = server.address() as AddressInfo;
    try {
      const machine = { docker: new PretendDocker(), kind: new PretendKind() };
      expect(await lookAtMachine(machine, { node: 'n' }, { ...DEFAULT_SETTINGS, apiPort }, [])).toMatchObject({ isPortTaken: true });
      machine.docker.containers.set('n', { ...container('/x'), name: 'n' });
      expect(await lookAtMachine(machine, { node: 'n' }, { ...DEFAULT_SETTINGS, apiPort }, [])).toMatchObject({ isPortTaken: false });
      expect(await lookAtMachine(machine, undefined, DEFAULT_SETTINGS, [])).toMatchObject({ isPortTaken: false, node: undefined });
    } finally {
      server.close();
    }
  });

  it('misses manifests that are to come from files, those of Tekton Pipelines only where it is needed', async () => {
    const machine = { docker: new PretendDocker(), kind: new PretendKind() };
    const settings = { ...DEFAULT_SETTINGS, rolloutsManifest: '/no/install.yaml', tektonManifest: '/no/release.yaml' };
    const missing = async (needs: readonly string[]): Promise<string[]> =>
      findProblems(
        { ...fine, withoutManifest: (await lookAtMachine(machine, undefined, settings, needs)).withoutManifest },
        settings,
        places,
      ).map(({ what }) => what);
    expect(await missing([])).toEqual(['there is no manifest of Argo Rollouts at /no/install.yaml']);
    expect(await missing(['tekton'])).toEqual([
      'there is no manifest of Argo Rollouts at /no/install.yaml',
      'there is no manifest of Tekton Pipelines at /no/release.yaml',
    ]);
  });
});
