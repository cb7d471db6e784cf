import { describe, expect, test } from 'vitest';
import type { ClusterSession } from '../kube/cluster-session.ts';
import type { KubeObject } from '../kube/types/meta.ts';
import type { LoadedScenario } from './load.ts';
import { carryOutRepair, commandFor } from './repair.ts';
import type { RepairStep } from './schema.ts';
import type { LoadedSolution } from './solutions.ts';

const OF_1_4 = { spec: { template: { spec: { containers: [{ image: 'lab/shop:1.4' }] } } } };
const BY_MATCH: RepairStep = { delete: { target: { resource: 'replicasets.apps', namespace: 'lab', match: OF_1_4 } } };
const BY_NAME: RepairStep = { delete: { target: { resource: 'services', namespace: 'lab', name: 'shop-active' } } };

function replicaSet(name: string, image: string): KubeObject {
  const spec = { replicas: 2, template: { spec: { containers: [{ name: 'shop', image }] } } };
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name, namespace: 'lab' }, spec };
}

/** A cluster that holds these ReplicaSets and takes down what is deleted. */
function clusterWith(items: KubeObject[]) {
  const deleted: string[] = [];
  const client = {
    list: (resource: string) => Promise.resolve({ items: resource === 'replicasets.apps' ? items : [] }),
    delete: (resource: string, namespace: string, name: string) => Promise.resolve(void deleted.push(`${resource} ${namespace}/${name}`)),
  };
  const scenario = { scenario: { spec: { namespace: 'lab', production: {} } } } as LoadedScenario;
  const solution = { folder: '/nowhere', shownFolder: 'solutions/x/fix', solution: { spec: { steps: [] } } } as unknown as LoadedSolution;
  const carryOut = (step: RepairStep) => carryOutRepair(scenario, solution, { client } as unknown as ClusterSession, [step]);
  return { carryOut, deleted };
}

describe('a removal', () => {
  test('by name takes away that object', async () => {
    const { carryOut, deleted } = clusterWith([]);
    await carryOut(BY_NAME);
    expect(deleted).toEqual(['services lab/shop-active']);
  });

  test('by likeness takes away what is like that, and nothing else', async () => {
    const { carryOut, deleted } = clusterWith([replicaSet('shop-a', 'lab/shop:1.4'), replicaSet('shop-b', 'lab/shop:1.8')]);
    await carryOut(BY_MATCH);
    expect(deleted).toEqual(['replicasets.apps lab/shop-a']);
  });

  test('by likeness says so when nothing is like that', async () => {
    const { carryOut } = clusterWith([replicaSet('shop-b', 'lab/shop:1.8')]);
    await expect(carryOut(BY_MATCH)).rejects.toThrow('there are no replicasets.apps like');
  });

  test('is printed as a command that a learner could type', () => {
    expect(commandFor(BY_NAME, '')).toBe('kubectl delete services shop-active --namespace lab');
    expect(commandFor(BY_MATCH, '')).toBe(
      `kubectl delete replicasets.apps NAME --namespace lab   # the one with ${JSON.stringify(OF_1_4)}`,
    );
  });
});
