import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab, rolloutOf } from '../../tests/support/command-lab.ts';
import type { ScriptedAnswer } from '../../tests/support/scripted-transport.ts';
import { status } from './status.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('lab status', () => {
  it('says who serves production', async () => {
    await lab.start();
    lab.io.out = '';
    const replicaSet = (hash: string, version: string, revision: string) => ({
      metadata: {
        name: `shop-${hash}`,
        labels: { 'rollouts-pod-template-hash': hash },
        annotations: { 'rollout.argoproj.io/revision': revision },
        ownerReferences: [{ uid: 'r' }],
      },
      spec: { template: { spec: { containers: [{ name: 'shop', image: `lab/shop:${version}` }] } } },
    });
    const service = (name: string, hash: string) => ({
      metadata: { name },
      spec: { selector: { app: 'shop', 'rollouts-pod-template-hash': hash } },
    });
    const slice = (serviceName: string, ready: boolean[]) => ({
      metadata: { name: `${serviceName}-x`, labels: { 'kubernetes.io/service-name': serviceName } },
      endpoints: ready.map((isReady) => ({ conditions: { ready: isReady } })),
    });
    const listOf = (items: object[]): ScriptedAnswer => ({ body: { kind: 'XList', apiVersion: 'v1', metadata: {}, items } });
    lab.backend.answer = (line) => {
      if (line.includes('/rollouts/')) return { body: rolloutOf('1.2') };
      if (line.includes('/services/shop-active')) return { body: service('shop-active', 'aaa') };
      if (line.includes('/services/shop-preview')) return { body: service('shop-preview', 'zzz') };
      if (line.includes('replicasets')) return listOf([replicaSet('aaa', '1.1', '2'), replicaSet('bbb', '1.2', '3')]);
      return listOf([slice('shop-active', [true, true, false]), slice('shop-preview', [])]);
    };
    await status(lab.context, { isJson: true });
    expect(JSON.parse(lab.io.out)).toMatchObject({
      kind: 'Status',
      scenario: 'scenario-1',
      backend: 'embedded',
      cluster: { running: true, pid: 4711, kubeconfig: join(lab.folder, 'home/kubeconfig') },
      production: { service: 'shop-active', release: '1.1', image: 'lab/shop:1.1', podTemplateHash: 'aaa', revision: 2, readyEndpoints: 2 },
      preview: { service: 'shop-preview', podTemplateHash: 'zzz', readyEndpoints: 0 },
      rollout: { name: 'shop', phase: 'Healthy', message: '', release: '1.2', revision: 3 },
      progress: { hintsTaken: 0 },
    });
    lab.io.out = '';
    await status(lab.context, { isJson: false });
    expect(lab.io.out).toContain('Production  release 1.1 (revision 2), 2 ready endpoints behind shop-active');
    expect(lab.io.out).toContain('Preview     nothing that the Rollout knows, 0 ready endpoints behind shop-preview');
  });
});
