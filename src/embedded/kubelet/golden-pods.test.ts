import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { Pod } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { BuiltInCatalog } from '../programs/built-in-catalog.ts';
import { WorkerSandboxPool } from '../shell/worker-sandbox-pool.ts';
import { KubeletWorld } from './testing/kubelet-world.ts';
import { historyOf, type PodHistory } from './testing/pod-history.ts';

interface GoldenPod extends PodHistory {
  spec: Pod['spec'];
  deletedAfterSeconds?: number;
}

/** What pods went through on a real node (kind, Kubernetes v1.34.4); of those that go on for ever the beginning. */
const GOLDEN = JSON.parse(readFileSync(new URL('golden-pods.json', import.meta.url), 'utf8')) as Record<string, GoldenPod>;
/** Forty seconds after its creation each pod got the ConfigMap `rules`, which some of them waited for. */
const CONFIG_MAP_SECONDS = 40;
const WATCHED_SECONDS = 180;

const sandboxes = new WorkerSandboxPool();
afterAll(async () => sandboxes.close());

describe('a pod goes through the same as on a real node', () => {
  test.each(Object.entries(GOLDEN))('%s', async (name, golden) => {
    const { statuses, events } = await live(name, golden);
    const isWhole = golden.statuses.length < 12;
    expect(isWhole ? statuses : statuses.slice(0, golden.statuses.length)).toEqual(golden.statuses);
    expect([...events].sort()).toEqual([...golden.events].sort());
  });
});

async function live(name: string, { spec, deletedAfterSeconds }: GoldenPod): Promise<PodHistory> {
  const w = new KubeletWorld({ sandboxes, images: new BuiltInCatalog() });
  w.createPod('warm', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['true'] }] });
  await w.until(() => w.phase('warm') === 'Succeeded');
  const told: { type: string; object: KubeObject }[] = [];
  w.cluster.core.watch(({ type, object }) => told.push({ type, object }));
  w.createPod(name, spec);
  if (deletedAfterSeconds !== undefined) w.clock.after(deletedAfterSeconds * 1000, () => w.api.delete('pods', 'lab', name));
  w.clock.after(CONFIG_MAP_SECONDS * 1000, () => {
    w.create('configmaps', { kind: 'ConfigMap', metadata: { name: 'rules', namespace: 'lab' }, data: { a: 'hello' } });
  });
  await w.wait(WATCHED_SECONDS);
  w.stop();
  return historyOf(name, told);
}
