import { expect, test } from 'vitest';
import type { ClusterObject, DrillRecord } from '../ports.ts';
import { fakeReader, object } from '../testing/fake-cluster.ts';
import { judgeEndsAs } from './ends-as.ts';

const RUNS = 'pipelineruns.tekton.dev';
const wanted = {
  resource: RUNS,
  namespace: 'lab',
  name: 'run',
  match: { status: { conditions: [{ type: 'Succeeded', status: 'False' }] } },
};

const run = (status: string): ClusterObject =>
  object('PipelineRun', 'run', { status: { conditions: [{ type: 'Succeeded', status, reason: 'Completed', message: 'Skipped: 1' }] } });

const judge = (objects: ClusterObject[]) => judgeEndsAs(wanted, { after: fakeReader({ [RUNS]: objects }) } as unknown as DrillRecord);

test('an object that is as described passes', async () => {
  expect((await judge([run('False')])).result).toBe('passed');
});

test('one that is not fails, and says of itself how it went', async () => {
  const verdict = await judge([run('True')]);
  expect(verdict.result).toBe('failed');
  expect(verdict.observed).toBe(
    'pipelineruns.tekton.dev run ended otherwise: status.conditions[0].status should have been "False", found "True".',
  );
  expect(verdict.evidence.map(({ text }) => text)).toEqual(['Succeeded=True Completed: Skipped: 1']);
});

test('one that is not there fails', async () => {
  expect(await judge([])).toMatchObject({ result: 'failed', observed: 'At the end there was no pipelineruns.tekton.dev run.' });
});
