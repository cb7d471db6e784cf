import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/kube/types/meta.ts';
import { Names, withoutPullError } from './names.ts';

const object = (kind: string, metadata: Partial<KubeObject['metadata']>): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', namespace: 'run-7', ...metadata },
});

describe('Names', () => {
  it('numbers hashes in the order of their ReplicaSets, and knows runs, pods and the namespace', () => {
    const names = new Names();
    for (const hash of ['7f9d', '6b8c', '7f9d']) {
      names.learn(object('ReplicaSet', { name: `shop-${hash}`, labels: { 'rollouts-pod-template-hash': hash } }));
    }
    names.learn(object('AnalysisRun', { name: 'shop-6b8c-2-pre', uid: '1234-5678' }));
    names.learn(object('Pod', { name: 'shop-6b8c-x2v4t', generateName: 'shop-6b8c-' }));
    expect(names.plain('shop-7f9d shop-6b8c-x2v4t 1234-5678.scan.1 in run-7')).toBe(
      'shop-h1 shop-h2-<pod> shop-h2-2-pre.scan.1 in <namespace>',
    );
    expect([names.hash('6b8c'), names.hash(''), names.hash(undefined)]).toEqual(['h2', '', '']);
  });

  it('leaves alone what it has not learnt', () => {
    expect(new Names().plain('shop-7f9d')).toBe('shop-7f9d');
  });
});

describe('withoutPullError', () => {
  it.each([
    ['Pod p, container c has terminal error (ErrImagePull): failed: "x"\ntimeout', 'Pod p, container c has terminal error (<pull>): <why>'],
    ['"Error Message: c has terminal error (ImagePullBackOff): Back-off"', '"Error Message: c has terminal error (<pull>): <why>"'],
    ['c has terminal error (InvalidImageName): no', 'c has terminal error (InvalidImageName): no'],
    ['Metric Terminated', 'Metric Terminated'],
  ])('%s', (message, plain) => expect(withoutPullError(message)).toBe(plain));
});
