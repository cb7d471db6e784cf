import { describe, expect, it } from 'vitest';
import { ScriptedTransport } from '../../../tests/support/scripted-transport.ts';
import { KubeClient } from '../../kube/client.ts';
import { KindSession } from './kind-session.ts';

const NOW_MS = Date.parse('2026-11-25T20:00:00Z');

/** A cluster whose controller scales a ReplicaSet down as soon as its time has come. */
function clusterWith(deadlines: Record<string, string | undefined>) {
  const replicaSets = Object.entries(deadlines).map(([name, deadline]) => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'lab', uid: name, annotations: deadline === undefined ? {} : { 'scale-down-deadline': deadline } },
    spec: { replicas: 2 },
    status: { replicas: 2 },
  }));
  const transport = new ScriptedTransport(({ method, path, body }) => {
    if (method !== 'PATCH') return { body: { apiVersion: 'apps/v1', kind: 'ReplicaSetList', metadata: {}, items: replicaSets } };
    const replicaSet = replicaSets.find(({ metadata }) => path.endsWith(`/${metadata.name}`))!;
    const { metadata } = JSON.parse(body!) as { metadata: { annotations: Record<string, string> } };
    if (Date.parse(metadata.annotations['scale-down-deadline']!) < NOW_MS) {
      replicaSet.spec.replicas = 0;
      replicaSet.status.replicas = 0;
    }
    return { body: replicaSet };
  });
  const patched = (): string[] => transport.requests.filter(({ method }) => method === 'PATCH').map(({ path }) => path.split('/').at(-1)!);
  return { session: new KindSession(new KubeClient(transport), () => NOW_MS), patched };
}

describe('time that passes on a real cluster', () => {
  it('brings forward what waiting would bring, and nothing else', async () => {
    const { session, patched } = clusterWith({
      old: '2026-11-25T20:00:30Z',
      later: '2026-11-25T20:30:00Z',
      serving: undefined,
    });
    await session.elapse(20 * 60_000);
    expect(patched()).toEqual(['old']);
    await session.elapse(20 * 60_000);
    expect(patched()).toEqual(['old']);
    await session.elapse(60 * 60_000);
    expect(patched()).toEqual(['old', 'later']);
  });
});
