import { describe, expect, it } from 'vitest';
import { hasKubectl, kubectlSession } from '../../../tests/support/kubectl-session.ts';

const session = kubectlSession();
const { kubectl, ok } = session;

const noMatch = (kind: string, version: string): string =>
  `error: resource mapping not found for name: "x" namespace: "" from "STDIN": no matches for kind "${kind}" in version "${version}"\n` +
  'ensure CRDs are installed first\n';

describe.runIf(hasKubectl)('kubectl, given a file', () => {
  it('applies every object of a list', async () => {
    const items = ['one', 'two'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }));
    expect(await ok('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))).toBe(
      'configmap/one created\nconfigmap/two created\n',
    );
  });

  it.each([
    ['Deployment', 'apps/v1beta1'],
    ['Confmap', 'v1'],
    ['Rollout', 'argoproj.io/v1'],
  ])('says that there is no %s in %s', async (kind, apiVersion) => {
    const { code, stderr } = await kubectl('apply -f -', JSON.stringify({ apiVersion, kind, metadata: { name: 'x' } }));
    expect([code, stderr]).toEqual([1, noMatch(kind, apiVersion)]);
  });
});

describe.runIf(hasKubectl)('kubectl delete', () => {
  it.each(['default', 'kube-system', 'kube-public'])('is not allowed to delete the namespace %s', async (name) => {
    const { code, stderr } = await kubectl(`delete namespace ${name}`);
    expect([code, stderr]).toEqual([
      1,
      `Error from server (Forbidden): namespaces "${name}" is forbidden: this namespace may not be deleted\n`,
    ]);
    expect(await ok(`get namespace ${name} -o jsonpath={.status.phase}`)).toBe('Active');
  });
});
