import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AUDIT_POLICY } from './audit-policy.ts';
import { clusterConfig } from './cluster-config.ts';
import { isAtLeast, versionIn, type MinorVersion } from './node-version.ts';

interface Config {
  networking: Record<string, unknown>;
  nodes: { role: string; extraMounts: unknown[]; kubeadmConfigPatches: string[] }[];
}

const parts = {
  name: 'lab-x',
  nodeImage: 'kindest/node:x',
  version: [1, 34] as MinorVersion,
  policyFolder: '/home/you/policy',
  archiveFolder: '/home/you/.cache/images',
  apiPort: 0,
};

const configFor = (version: MinorVersion, apiPort = 0): Config => clusterConfig({ ...parts, version, apiPort }) as unknown as Config;

const patchOf = (config: Config) =>
  parse(config.nodes[0]!.kubeadmConfigPatches[0]!) as Record<'apiServer' | 'controllerManager', { extraArgs: unknown }> & {
    apiVersion: string;
  };

describe('the configuration of a cluster', () => {
  it('is one node with the policy mounted, and the API on this machine only', () => {
    const { networking, nodes } = configFor([1, 34]);
    expect(networking).toEqual({ apiServerAddress: '127.0.0.1' });
    expect(nodes).toHaveLength(1);
    expect(nodes[0]).toMatchObject({
      role: 'control-plane',
      extraMounts: [
        { hostPath: '/home/you/policy', containerPath: '/etc/kubernetes/lab', readOnly: true },
        { hostPath: '/home/you/.cache/images', containerPath: '/lab/images', readOnly: true },
      ],
    });
    expect(configFor([1, 34], 6000).networking).toMatchObject({ apiServerPort: 6000 });
  });

  it('lets pods read a folder of this machine, and nothing else of it, where a scenario has a repository', () => {
    const { nodes } = clusterConfig({ ...parts, sharedFolder: '/home/you/workspace/s' }) as unknown as Config;
    expect(nodes[0]!.extraMounts).toContainEqual({ hostPath: '/home/you/workspace/s', containerPath: '/lab/git', readOnly: true });
  });

  it('says the arguments of the control plane as a map before Kubernetes 1.36, and as a list from then on', () => {
    const before = patchOf(configFor([1, 35]));
    expect(before.apiVersion).toBe('kubeadm.k8s.io/v1beta3');
    expect(before.apiServer.extraArgs).toMatchObject({ 'audit-log-path': '/var/log/kubernetes/audit.log' });
    const after = patchOf(configFor([1, 36]));
    expect(after.apiVersion).toBe('kubeadm.k8s.io/v1beta4');
    expect(after.apiServer.extraArgs).toContainEqual({ name: 'audit-log-path', value: '/var/log/kubernetes/audit.log' });
    // A list replaces the one that kind has, which must not be lost.
    expect(after.apiServer.extraArgs).toContainEqual({ name: 'runtime-config', value: '' });
    expect(after.controllerManager.extraArgs).toContainEqual({ name: 'enable-hostpath-provisioner', value: 'true' });
  });
});

describe('the audit policy', () => {
  it('takes down writes only, with the objects, and leaves the cluster’s own affairs out', () => {
    const [reads, system, writes, rest] = AUDIT_POLICY.rules;
    expect(reads).toEqual({ level: 'None', verbs: ['get', 'list', 'watch'] });
    expect(system).toMatchObject({ level: 'None', namespaces: expect.arrayContaining(['kube-system']) as unknown });
    expect(writes).toMatchObject({ level: 'RequestResponse' });
    expect(writes!.resources!.map(({ group }) => group)).toEqual(
      expect.arrayContaining(['argoproj.io', '', 'apps', 'batch', 'rbac.authorization.k8s.io', 'discovery.k8s.io']),
    );
    expect(rest).toEqual({ level: 'None' });
  });
});

describe('versionIn', () => {
  it.each([
    ['kindest/node:v1.34.0@sha256:7416a6', [1, 34]],
    ['kindest/node:v1.36.1', [1, 36]],
    ['localhost:5000/node:v1.35.0-beta.1', [1, 35]],
    ['v1.34.4\n', [1, 34]],
    ['20.10.24+dfsg1', [20, 10]],
    ['0.33.0', [0, 33]],
    ['kindest/node:latest', undefined],
    ['kindest/node@sha256:1234', undefined],
    ['localhost:5000/node', undefined],
  ])('%s', (text, version) => {
    expect(versionIn(text)).toEqual(version);
  });

  it('compares by number', () => {
    expect(isAtLeast([1, 9], [1, 10])).toBe(false);
    expect(isAtLeast([1, 10], [1, 10])).toBe(true);
    expect(isAtLeast([2, 0], [1, 36])).toBe(true);
  });
});
