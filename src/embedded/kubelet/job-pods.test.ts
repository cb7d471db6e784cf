import { afterAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../kube/types/meta.ts';
import { BuiltInCatalog } from '../programs/built-in-catalog.ts';
import { WorkerSandboxPool } from '../shell/worker-sandbox-pool.ts';
import { KubeletWorld, SHOP } from './testing/kubelet-world.ts';

const sandboxes = new WorkerSandboxPool();
afterAll(async () => sandboxes.close());

const world = (): KubeletWorld => new KubeletWorld({ sandboxes, images: new BuiltInCatalog() });

function job(name: string, script: string, image = 'debian:bookworm-slim'): KubeObject {
  const volumes = [{ name: 'rules', configMap: { name: 'rules' } }];
  const volumeMounts = [{ name: 'rules', mountPath: '/rules' }];
  const container = { name: 'main', image, command: ['sh', '-ec', script], volumeMounts };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'lab' },
    spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [container], volumes } } },
  };
}

/** The outcome of a Job: the type of its final condition, and the log of its pod. */
async function outcome(w: KubeletWorld, name: string, script: string): Promise<{ end: string; log: string }> {
  w.api.create('jobs.batch', job(name, script));
  let end: string | undefined;
  await w.until(() => {
    const { conditions = [] } = w.api.get('jobs.batch', 'lab', name)!['status'] as { conditions?: { type: string; status: string }[] };
    end = conditions.find(({ type, status }) => status === 'True' && ['Complete', 'Failed'].includes(type))?.type;
    return end !== undefined;
  }, 120);
  const pod = w.api.list('pods', { namespace: 'lab' }).find(({ metadata }) => metadata.labels?.['job-name'] === name)!;
  return { end: end!, log: w.log(pod.metadata.name) };
}

describe('pods of Jobs run shell scripts', () => {
  test('with the files of a ConfigMap, and their exit code decides', async () => {
    const w = world();
    w.create('configmaps', { kind: 'ConfigMap', metadata: { name: 'rules', namespace: 'lab' }, data: { 'a.yaml': 'id: one\n' } });
    expect(await outcome(w, 'good', 'test "$(cat /rules/a.yaml)" = "id: one" && echo found; sleep 2; echo "$HOSTNAME"')).toEqual({
      end: 'Complete',
      log: expect.stringMatching(/^found\ngood-[a-z0-9]{5}\n$/) as string,
    });
    expect(await outcome(w, 'bad', 'cat /rules/none.yaml; echo never')).toEqual({
      end: 'Failed',
      log: 'cat: /rules/none.yaml: No such file or directory\n',
    });
  });

  test('beside pods whose probes run commands', async () => {
    const w = world();
    const readinessProbe = { exec: { command: ['sh', '-c', 'test -f /tmp/up'] }, periodSeconds: 1 };
    const command = ['sh', '-c', 'sleep 5; touch /tmp/up; while true; do sleep 1; done'];
    w.createPod('slow', { containers: [{ name: 'main', command, readinessProbe }] });
    w.createPod('web', { containers: [SHOP] });
    expect(await w.until(() => w.isReady('slow'), 20)).toBeGreaterThan(5);
    expect(await w.run('slow', ['sh', '-c', 'echo "$((6 * 7))"; exit 3'])).toEqual({ exitCode: 3, output: '42\n' });
    w.api.delete('pods', 'lab', 'slow', { gracePeriodSeconds: 1 });
    await w.until(() => !w.has('slow'), 10);
  });
});
