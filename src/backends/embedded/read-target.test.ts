import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/types/meta.ts';
import { readTarget, touches } from './read-target.ts';

describe('readTarget', () => {
  it.each([
    ['/api/v1/namespaces/lab/pods/a?x=y', { resource: 'pods', namespace: 'lab', name: 'a' }],
    ['/api/v1/namespaces/lab/pods', { resource: 'pods', namespace: 'lab' }],
    ['/api/v1/pods', { resource: 'pods' }],
    ['/api/v1/namespaces/lab', { resource: 'namespaces', name: 'lab' }],
    ['/apis/argoproj.io/v1alpha1/namespaces/lab/rollouts/shop', { resource: 'rollouts.argoproj.io', namespace: 'lab', name: 'shop' }],
    ['/apis/argoproj.io/v1alpha1/clusteranalysistemplates/x', { resource: 'clusteranalysistemplates.argoproj.io', name: 'x' }],
    ['/api/v1/namespaces/lab/pods/a%2Fb', { resource: 'pods', namespace: 'lab', name: 'a/b' }],
    ['/version', undefined],
    ['/api', undefined],
    ['/apis/apps/v1', undefined],
  ])('of %s', (path, target) => {
    expect(readTarget(path)).toEqual(target);
  });
});

describe('touches', () => {
  const object = { metadata: { namespace: 'lab', name: 'a' } } as KubeObject;

  it.each([
    [{ resource: 'pods' }, true],
    [{ resource: 'pods', namespace: 'lab' }, true],
    [{ resource: 'pods', namespace: 'lab', name: 'a' }, true],
    [{ resource: 'pods', namespace: 'lab', name: 'b' }, false],
    [{ resource: 'pods', namespace: 'other' }, false],
    [{ resource: 'services', namespace: 'lab', name: 'a' }, false],
  ])('%j: %s', (target, answer) => {
    expect(touches({ resource: 'pods', object }, target)).toBe(answer);
  });
});
