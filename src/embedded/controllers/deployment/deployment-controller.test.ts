import { describe, expect, test } from 'vitest';
import type { Event, Pod } from '../../../kube/types/core.ts';
import type { Deployment, ReplicaSet } from '../../../kube/types/workloads.ts';
import { InstantKubelet, WorkloadWorld } from '../../../../tests/support/workload-world.ts';
import { ReplicaSetController } from '../replica-set/replica-set-controller.ts';
import { DeploymentController } from './deployment-controller.ts';
import golden from './golden-rollout.json' with { type: 'json' };

function world(kubelet: { afterMs?: number; filter?: (pod: Pod) => boolean } = {}): WorkloadWorld {
  const w = new WorkloadWorld((plane) => [new DeploymentController(plane), new ReplicaSetController(plane)]);
  new InstantKubelet(w, kubelet).start();
  return w;
}

function deployment(spec: Partial<Deployment['spec']> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'lab' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      ...spec,
    },
  };
}

const web = (w: WorkloadWorld): Deployment => w.get('deployments.apps', 'web');
const patch = (w: WorkloadWorld, spec: unknown): unknown =>
  w.api.patch('deployments.apps', 'lab', 'web', { type: 'merge', body: { spec } });
const setImage = (w: WorkloadWorld, image: string): unknown => patch(w, { template: { spec: { containers: [{ name: 'web', image }] } } });
const replicaSets = (w: WorkloadWorld): ReplicaSet[] =>
  w.api.list<ReplicaSet>('replicasets.apps', { namespace: 'lab' }).sort((a, b) => Number(revision(a)) - Number(revision(b)));
const revision = ({ metadata }: ReplicaSet | Deployment): string | undefined => metadata.annotations?.['deployment.kubernetes.io/revision'];
const isComplete = (w: WorkloadWorld) => (): boolean => {
  const { metadata, spec, status = {} } = web(w);
  const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
  return status.observedGeneration === metadata.generation && counts.every((count) => count === spec.replicas);
};

/** Condition changes, revisions and events in the words of the golden file, replica sets numbered by their first mention. */
function story(w: WorkloadWorld): typeof golden {
  const names = new Map<string, string>();
  const normalise = (text: string): string =>
    text.replaceAll(/web-[0-9a-z]{8,10}\b/g, (name) => {
      if (!names.has(name)) names.set(name, `web-<${names.size + 1}>`);
      return names.get(name)!;
    });
  const last: Record<string, string> = {};
  const conditions: string[] = [];
  const note = (type: string, text: string): void => {
    if (last[type] !== text) conditions.push((last[type] = text));
  };
  const events: string[] = [];
  for (const { resource, type, object } of w.writes) {
    if (resource === 'events' && type !== 'DELETED' && (object as Event).involvedObject.kind === 'Deployment')
      events.push(normalise(`${(object as Event).reason}: ${(object as Event).message}`));
    if (resource !== 'deployments.apps') continue;
    for (const condition of (object as Deployment).status?.conditions ?? [])
      note(condition.type, normalise(`${condition.type}=${condition.status} ${condition.reason}: ${condition.message}`));
    const number = revision(object as Deployment);
    if (number !== undefined) note('revision', `revision ${number}`);
  }
  return { conditions, events };
}

describe('DeploymentController', () => {
  test('tells the same story as a real cluster: rollout, a stuck one, undo, pause, scale, resume', async () => {
    const w = world({ afterMs: 9_000, filter: (pod) => pod.spec.containers[0]?.image !== 'nope' });
    w.api.create('deployments.apps', deployment({ progressDeadlineSeconds: 15 }));
    await w.wait(8_000);
    setImage(w, 'web:2');
    await w.until(isComplete(w));
    await w.wait(2_000);
    setImage(w, 'nope');
    await w.wait(20_000);
    setImage(w, 'web:2');
    await w.wait(4_000);
    patch(w, { paused: true });
    setImage(w, 'web:3');
    await w.wait(2_000);
    patch(w, { replicas: 5 });
    await w.wait(10_000);
    patch(w, { paused: false });
    await w.until(() => revision(web(w)) === '5');
    const { conditions, events } = story(w);
    expect(conditions).toEqual(golden.conditions);
    expect(events.slice(0, golden.events.length)).toEqual(golden.events);
  });

  test('names the replica set by the hash of the template and labels and selects by it', async () => {
    const w = world();
    w.api.create('deployments.apps', deployment());
    await w.until(isComplete(w));
    const [replicaSet] = replicaSets(w) as [ReplicaSet];
    const hash = replicaSet.metadata.labels?.['pod-template-hash'];
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(replicaSet.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: 'web' },
      annotations: { 'deployment.kubernetes.io/desired-replicas': '3', 'deployment.kubernetes.io/max-replicas': '4' },
      ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true, blockOwnerDeletion: true }],
    });
    expect(replicaSet.spec.selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': hash } });
    expect(replicaSet.spec.template.metadata?.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
    expect(web(w).status).toMatchObject({ observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 });
  });

  test('keeps availability and size within maxUnavailable and maxSurge throughout a rollout', async () => {
    const w = world();
    w.api.create(
      'deployments.apps',
      deployment({ replicas: 10, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '30%', maxUnavailable: 2 } } }),
    );
    await w.until(isComplete(w));
    let fewest = Infinity;
    let most = 0;
    w.core.watch(({ resource }) => {
      if (resource === 'replicasets.apps')
        most = Math.max(
          most,
          replicaSets(w).reduce((sum, { spec }) => sum + spec.replicas!, 0),
        );
      if (resource !== 'pods') return;
      const alive = w.pods();
      fewest = Math.min(
        fewest,
        alive.filter(({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')).length,
      );
    });
    setImage(w, 'web:2');
    await w.until(() => replicaSets(w)[1]?.status?.availableReplicas === 10);
    await w.wait(1_000);
    expect(w.pods()).toHaveLength(10);
    expect(fewest).toBeGreaterThanOrEqual(8);
    expect(most).toBeLessThanOrEqual(13);
    expect(most).toBeGreaterThan(10);
  });

  test('returns to an earlier revision by its replica set, renumbered, and remembers the number it had', async () => {
    const w = world();
    w.api.create('deployments.apps', deployment());
    await w.until(isComplete(w));
    const first = replicaSets(w)[0]!.metadata.name;
    setImage(w, 'web:2');
    await w.until(isComplete(w));
    setImage(w, 'web:1');
    await w.until(isComplete(w));
    expect(
      replicaSets(w).map(({ metadata, spec }) => [metadata.name === first, revision({ metadata } as ReplicaSet), spec.replicas]),
    ).toEqual([
      [false, '2', 0],
      [true, '3', 3],
    ]);
    expect(replicaSets(w)[1]?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1');
    expect(revision(web(w))).toBe('3');
  });

  test('keeps only as many old replica sets as revisionHistoryLimit says', async () => {
    const w = world({ afterMs: 100 });
    w.api.create('deployments.apps', deployment({ revisionHistoryLimit: 2 }));
    await w.until(isComplete(w));
    for (const tag of ['2', '3', '4', '5']) {
      setImage(w, `web:${tag}`);
      await w.until(isComplete(w));
      await w.wait(1_000);
    }
    expect(replicaSets(w).map(revision)).toEqual(['3', '4', '5']);
  });

  test('Recreate lets no new pod come while an old one is there', async () => {
    const w = world();
    w.api.create('deployments.apps', deployment({ strategy: { type: 'Recreate' } }));
    await w.until(isComplete(w));
    const oldUids = new Set(w.pods().map(({ metadata }) => metadata.uid));
    let hasMixed = false;
    w.core.watch(() => {
      const isOld = w.pods().map(({ metadata }) => oldUids.has(metadata.uid));
      hasMixed ||= isOld.includes(true) && isOld.includes(false);
    });
    setImage(w, 'web:2');
    await w.until(() => w.pods().length === 3 && w.pods().every(({ metadata }) => !oldUids.has(metadata.uid)));
    expect(hasMixed).toBe(false);
  });

  test('scales the replica sets of a halted rollout in proportion', async () => {
    const w = world({ filter: (pod) => pod.spec.containers[0]?.image !== 'nope' });
    w.api.create(
      'deployments.apps',
      deployment({ replicas: 10, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }),
    );
    await w.until(isComplete(w));
    setImage(w, 'nope');
    await w.wait(10_000);
    expect(replicaSets(w).map(({ spec }) => spec.replicas)).toEqual([8, 5]);
    patch(w, { replicas: 15 });
    await w.wait(10_000);
    expect(replicaSets(w).map(({ spec }) => spec.replicas)).toEqual([11, 7]);
    patch(w, { replicas: 0 });
    await w.wait(10_000);
    expect(replicaSets(w).map(({ spec }) => spec.replicas)).toEqual([0, 0]);
  });

  test('a paused Deployment takes a new template without rolling it out', async () => {
    const w = world();
    w.api.create('deployments.apps', deployment({ paused: true }));
    await w.wait(10_000);
    expect(replicaSets(w)).toEqual([]);
    patch(w, { paused: false });
    await w.until(isComplete(w));
    patch(w, { paused: true });
    setImage(w, 'web:2');
    await w.wait(10_000);
    expect(replicaSets(w)).toHaveLength(1);
  });

  test('counts collisions of the hash and takes another one', async () => {
    const w = world();
    w.api.create('deployments.apps', deployment());
    await w.until(isComplete(w));
    const { metadata } = replicaSets(w)[0]!;
    w.api.delete('deployments.apps', 'lab', 'web');
    w.api.patch('replicasets.apps', 'lab', metadata.name, {
      type: 'merge',
      body: { metadata: { labels: { app: 'other' }, ownerReferences: null } },
    });
    w.api.create('deployments.apps', deployment());
    await w.until(isComplete(w));
    expect(web(w).status?.collisionCount).toBe(1);
    expect(w.api.list('replicasets.apps', { namespace: 'lab' })).toHaveLength(2);
  });

  test('shows why its replica set cannot create pods', async () => {
    const w = world();
    w.api.create('deployments.apps', deployment());
    await w.until(isComplete(w));
    const replicaSet = structuredClone(replicaSets(w)[0]!);
    replicaSet.status!.conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' }];
    w.api.update('replicasets.apps', replicaSet, 'status');
    await w.wait(3);
    expect(w.writes.filter(({ resource }) => resource === 'deployments.apps').at(-1)?.object['status']).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'ReplicaFailure', reason: 'FailedCreate', message: 'quota' }),
      ]) as unknown,
    });
    await w.wait(1_000);
    expect(web(w).status?.conditions?.some(({ type }) => type === 'ReplicaFailure')).toBe(false);
  });

  test('is at rest once it is complete, also after a restart', async () => {
    const w = world();
    w.api.create('deployments.apps', deployment());
    await w.until(isComplete(w));
    await w.wait(1_000);
    const before = w.core.store.revision;
    new DeploymentController(w.core).start();
    await w.wait(900_000);
    expect(w.core.store.revision).toBe(before);
  });
});
