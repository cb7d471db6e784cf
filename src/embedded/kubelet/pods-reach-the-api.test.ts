import { expect, test } from 'vitest';
import { BuiltInCatalog } from '../programs/built-in-catalog.ts';
import { WorkerSandboxPool } from '../shell/worker-sandbox-pool.ts';
import { KubeletWorld } from './testing/kubelet-world.ts';

const SCRIPT = `
account=/var/run/secrets/kubernetes.io/serviceaccount
api=https://kubernetes.default.svc/api/v1/namespaces/$(cat $account/namespace)/configmaps
wget -q -O - --no-check-certificate --header "Authorization: Bearer $(cat $account/token)" \\
  --header 'Content-Type: application/json' --post-data '{"metadata":{"name":"note"},"data":{"by":"a pod"}}' "$api" >/dev/null
`;

async function runIn(spec: object): Promise<{ phase: string | undefined; log: string; note: unknown; user: string | undefined }> {
  const sandboxes = new WorkerSandboxPool();
  const w = new KubeletWorld({ sandboxes, images: new BuiltInCatalog() });
  try {
    w.create('serviceaccounts', { kind: 'ServiceAccount', metadata: { name: 'writer', namespace: 'lab' } });
    w.create('roles.rbac.authorization.k8s.io', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'writer', namespace: 'lab' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }],
    });
    w.create('rolebindings.rbac.authorization.k8s.io', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'writer', namespace: 'lab' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'writer' },
      subjects: [{ kind: 'ServiceAccount', name: 'writer' }],
    });
    const image = 'projectdiscovery/nuclei:v3.4.10';
    w.createPod('job', { restartPolicy: 'Never', ...spec, containers: [{ name: 'main', image, command: ['sh', '-euc', SCRIPT] }] });
    await w.until(() => ['Succeeded', 'Failed'].includes(w.phase('job') ?? ''));
    const note = w.api.get('configmaps', 'lab', 'note');
    const entry = w.cluster.core.journal.entries().find(({ objectRef }) => objectRef.name === 'note');
    return { phase: w.phase('job'), log: w.log('job'), note: note?.['data'], user: entry?.user.username };
  } finally {
    w.stop();
    await sandboxes.close();
  }
}

test('a pod writes to the API under its service account', async () => {
  expect(await runIn({ serviceAccountName: 'writer' })).toEqual({
    phase: 'Succeeded',
    log: '',
    note: { by: 'a pod' },
    user: 'system:serviceaccount:lab:writer',
  });
});

test('one whose account may not is refused', async () => {
  const outcome = await runIn({});
  expect(outcome).toMatchObject({ phase: 'Failed', log: 'wget: server returned error: HTTP/1.1 403 Forbidden\n', note: undefined });
});

test('a pod that wants no token finds none', async () => {
  const outcome = await runIn({ serviceAccountName: 'writer', automountServiceAccountToken: false });
  expect(outcome.phase).toBe('Failed');
  expect(outcome.log).toContain('No such file or directory');
});
