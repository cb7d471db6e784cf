import { describe, expect, test } from 'vitest';
import { controlPlane, MASTERS_GROUP } from './caller.ts';

describe('a part of the control plane', () => {
  test('is in the groups of the service account that it is', () => {
    const { groups } = controlPlane('system:serviceaccount:argo-rollouts:argo-rollouts', 'rollouts-controller');
    expect(groups).toEqual([MASTERS_GROUP, 'system:serviceaccounts', 'system:serviceaccounts:argo-rollouts', 'system:authenticated']);
  });

  test('that is none is in no such group', () => {
    expect(controlPlane('system:kube-scheduler', 'kube-scheduler').groups).toEqual([MASTERS_GROUP, 'system:authenticated']);
  });
});
