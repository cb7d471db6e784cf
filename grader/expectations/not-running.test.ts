import { expect, test } from 'vitest';
import type { ClusterObject, DrillRecord } from '../ports.ts';
import { fakeReader, object } from '../testing/fake-cluster.ts';
import { judgeNotRunning } from './not-running.ts';

const pod = (name: string, image: string, phase: string): ClusterObject =>
  object('Pod', name, { spec: { containers: [{ name: 'shop', image }] }, status: { phase } });

const judge = (pods: ClusterObject[]) =>
  judgeNotRunning({ images: ['lab/shop:1.2'] }, { after: fakeReader({ pods }) } as unknown as DrillRecord);

test('pods of other images, and pods that have ended, do not count', async () => {
  expect((await judge([pod('a', 'lab/shop:1.1', 'Running'), pod('b', 'lab/shop:1.2', 'Succeeded')])).result).toBe('passed');
});

test('one that runs fails, and so does one that is about to', async () => {
  const verdict = await judge([pod('a', 'lab/shop:1.2', 'Running'), pod('b', 'lab/shop:1.2', 'Pending')]);
  expect(verdict).toMatchObject({ result: 'failed', observed: 'At the end pods of lab/shop:1.2 were still there: a, b.' });
});
