import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KindLab, TEKTON_MANIFEST, tinyConfig } from '../../../tests/support/kind-lab.ts';
import { EnvironmentError } from '../../errors.ts';
import { placesOf, readRecord, writeRecord } from './cluster-record.ts';
import { archiveFolder } from './image-archive.ts';

let lab: KindLab;

beforeEach(async () => {
  lab = await KindLab.open();
});

afterEach(() => lab.close());

describe('a start', () => {
  it('makes a cluster, with images, Argo Rollouts and the scenario, and hands it over', async () => {
    const { isResumed, greeting, kubeconfig } = await lab.start();
    expect(isResumed).toBe(false);
    expect(greeting).toMatchObject({ data: { planted: 'yes' } });
    expect(kubeconfig).toBe(lab.nodes[0]!.kubeconfig);
    expect(lab.kind.calls).toEqual([`create ${lab.places.name}`, `load ${lab.places.name}`, `load ${lab.places.name}`]);
    expect(lab.docker.built).toContain('lab/shop:1.2');
    expect(lab.docker.images.has('projectdiscovery/nuclei:v3.4.10')).toBe(true);
    expect(await readRecord(lab.places)).toMatchObject({
      stage: 'planted',
      containerId: 'container-1',
      sinceMs: expect.any(Number) as number,
    });
    expect(lab.io.err.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      '- Checking this machine',
      '- Getting the images',
      '- Making the cluster',
      '- Loading the images into the cluster',
      '- Installing Argo Rollouts',
      '- Bringing up the scenario',
    ]);
  });

  it('installs Tekton Pipelines for a scenario that needs it, and puts it back in order with a reset', async () => {
    await writeFile(join(lab.folder, 'release.yaml'), TEKTON_MANIFEST);
    const env = { LAB_ROLLOUTS_MANIFEST: join(lab.folder, 'install.yaml'), LAB_TEKTON_MANIFEST: join(lab.folder, 'release.yaml') };
    const needy = { ...lab.plan(), needs: ['tekton'] };
    const { cluster } = await lab.backend({ env }).start(needy, lab.progress());
    expect(lab.docker.built).toContain('lab/deployer:1.0');
    expect(lab.io.err).toContain('- Installing Tekton Pipelines\n');
    const { client } = cluster;
    const task = {
      apiVersion: 'tekton.dev/v1',
      kind: 'Task',
      metadata: { name: 'mine', namespace: 'default' },
      spec: { steps: [{ image: 'x' }] },
    };
    await client.create('tasks.tekton.dev', task);
    await client.delete('deployments.apps', 'tekton-pipelines', 'tekton-pipelines-controller');
    const again = await lab.backend({ env }).reset(needy, lab.progress());
    expect(await client.get('tasks.tekton.dev', 'default', 'mine')).toBeUndefined();
    expect(await client.get('deployments.apps', 'tekton-pipelines', 'tekton-pipelines-controller')).toBeDefined();
    again.close();
    cluster.close();
  });

  it('builds nothing for Tekton Pipelines where it is not needed', async () => {
    await lab.start();
    expect(lab.docker.built).not.toContain('lab/deployer:1.0');
    expect(lab.io.err).not.toContain('Tekton');
  });

  it('has its node load the archives that it sees, and asks kind only where the node will not', async () => {
    lab.docker.takesArchives = true;
    await lab.start();
    const kept = (await readdir(archiveFolder(join(lab.folder, 'cache')))).map((file) => `/lab/images/${file}`);
    expect(lab.docker.imported.sort()).toEqual(kept.sort());
    expect(kept).toHaveLength(2);
    expect(lab.kind.calls.filter((call) => call.startsWith('load'))).toEqual([]);
    lab.docker.takesArchives = false;
    await lab.backend().stop({ isDeleting: true });
    await lab.start();
    expect(lab.kind.calls.filter((call) => call.startsWith('load'))).toHaveLength(2);
  });

  it('goes on where the learner was', async () => {
    await lab.start();
    expect((await lab.start()).isResumed).toBe(true);
    expect(lab.kind.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it('makes nothing on a machine that lacks something, and names all of it', async () => {
    lab.docker.failure = new EnvironmentError('Docker does not answer');
    await expect(lab.start()).rejects.toMatchObject({ exitCode: 3, problems: [{ what: 'Docker does not answer' }] });
    expect(lab.kind.calls).toEqual([]);
  });

  it('leaves a cluster of the same name alone that it has not made', async () => {
    lab.addContainer('/somewhere/else');
    await expect(lab.start()).rejects.toMatchObject({
      problems: [{ what: `there is a kind cluster "${lab.places.name}" that this lab has not made` }],
    });
    expect(lab.kind.calls).toEqual([]);
  });

  it('replaces a cluster whose record is lost', async () => {
    lab.addContainer();
    expect((await lab.start()).greeting).toBeDefined();
    expect(lab.kind.calls.slice(0, 2)).toEqual([`delete ${lab.places.name}`, `create ${lab.places.name}`]);
  });

  it('makes a new cluster when the old one was deleted behind its back', async () => {
    await lab.start();
    lab.docker.containers.clear();
    expect((await lab.start()).isResumed).toBe(false);
    expect(lab.io.err).toContain('The cluster is gone; a new one takes its place');
  });

  it('puts the cluster of another scenario to sleep', async () => {
    await lab.start();
    const other = placesOf(join(lab.folder, 'home'), 'other-1');
    lab.docker.containers.set(other.node, { ...lab.docker.containers.get(lab.places.node)!, name: other.node, id: 'other' });
    await writeRecord(other, { ...(await readRecord(lab.places))!, name: other.name, scenario: 'other-1', containerId: 'other' });
    await lab.start();
    expect(lab.docker.containers.get(other.node)!.isRunning).toBe(false);
    expect(await readRecord(other)).toMatchObject({ isStopped: true });
  });
});

describe('a planted cluster', () => {
  it('is put back to the start on the same node, whatever was done to it', async () => {
    const { cluster } = await lab.backend().start(lab.plan(), lab.progress());
    const { client } = cluster;
    await client.patch('configmaps', 'tiny', 'greeting', { type: 'merge', body: { data: { planted: 'no' } } });
    await client.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine' } });
    await client.create('configmaps', { ...tinyConfig('mine'), metadata: { name: 'mine', namespace: 'default' } });
    await client.create('clusterroles.rbac.authorization.k8s.io', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'mine' },
      rules: [],
    });
    await client.delete('deployments.apps', 'argo-rollouts', 'argo-rollouts');
    const again = await lab.backend().reset(lab.plan(), lab.progress());
    expect(await client.get('configmaps', 'tiny', 'greeting')).toMatchObject({ data: { planted: 'yes' } });
    expect(await client.get('namespaces', undefined, 'mine')).toBeUndefined();
    expect(await client.get('configmaps', 'default', 'mine')).toBeUndefined();
    expect(await client.get('clusterroles.rbac.authorization.k8s.io', undefined, 'mine')).toBeUndefined();
    expect(await client.get('deployments.apps', 'argo-rollouts', 'argo-rollouts')).toBeDefined();
    expect(await client.get('configmaps', 'default', 'kube-root-ca.crt')).toBeDefined();
    again.close();
    cluster.close();
    expect(lab.kind.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it('stops, stays stopped until it is started, and goes on', async () => {
    await lab.start();
    expect(await lab.backend().stop({ isDeleting: false })).toBe(true);
    expect(lab.docker.containers.get(lab.places.node)!.isRunning).toBe(false);
    expect(await lab.backend().open('tiny-1', { revive: lab.progress() })).toBeUndefined();
    expect(await lab.backend().stop({ isDeleting: false })).toBe(false);
    expect((await lab.start()).isResumed).toBe(true);
    expect(lab.docker.containers.get(lab.places.node)!.isRunning).toBe(true);
  });

  it('goes on when the cache was cleared while it was stopped', async () => {
    await lab.start();
    await lab.backend().stop({ isDeleting: false });
    const archives = archiveFolder(join(lab.folder, 'cache'));
    await rm(archives, { recursive: true });
    let wasThere: boolean | undefined;
    const start = lab.docker.startContainer.bind(lab.docker);
    lab.docker.startContainer = async (name) => {
      wasThere = existsSync(archives);
      await start(name);
    };
    expect((await lab.start()).isResumed).toBe(true);
    expect(wasThere).toBe(true);
  });

  it('that went down by itself cannot be brought back without Docker, and that is said', async () => {
    await lab.start();
    await lab.nodes[0]!.stop();
    expect(await lab.backend().open('tiny-1')).toBeUndefined();
    lab.docker.failure = new EnvironmentError('Docker does not answer');
    await expect(lab.backend().open('tiny-1', { revive: lab.progress() })).rejects.toThrow('Docker does not answer');
  });

  it('that was deleted by somebody else is not found', async () => {
    await lab.start();
    await lab.nodes[0]!.stop();
    lab.docker.containers.clear();
    expect(await lab.backend().open('tiny-1', { revive: lab.progress() })).toBeUndefined();
  });

  it('leaves nothing behind when it is deleted', async () => {
    await lab.start();
    lab.docker.networks.add('kind');
    expect(await lab.backend().stop({ isDeleting: true })).toBe(true);
    expect(lab.docker.containers.size).toBe(0);
    expect(lab.docker.networks.size).toBe(0);
    expect([...lab.docker.images.keys()].filter((name) => name.startsWith('lab/'))).toEqual([]);
    expect(await readdir(join(lab.folder, 'home'))).toEqual([]);
    expect(await readdir(join(lab.folder, 'cache'))).toEqual([]);
    expect(await lab.backend().stop({ isDeleting: true })).toBe(false);
  });

  it('leaves images and the network when they are wanted', async () => {
    await lab.start();
    lab.docker.networks.add('kind');
    lab.docker.containers.set('other', { ...lab.docker.containers.get(lab.places.node)!, name: 'other-control-plane', id: 'other' });
    await lab.backend({ keepsImages: true }).stop({ isDeleting: true });
    expect(lab.docker.images.has('lab/shop:1.0')).toBe(true);
    expect(await readdir(archiveFolder(join(lab.folder, 'cache')))).toHaveLength(2);
    expect(lab.docker.networks.has('kind')).toBe(true);
  });
});
