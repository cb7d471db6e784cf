import { expect, test } from 'vitest';
import type { DrillRecord } from '../ports.ts';
import { fakeReader, object } from '../testing/fake-cluster.ts';
import { judgeEndsAs } from './ends-as.ts';

function judge(status: string) {
  const record: DrillRecord = {
    startedAtMs: 0,
    endedAtMs: 0,
    answers: [],
    requests: [],
    journal: [],
    before: fakeReader({ 'applications.gitops.lab': [object('Application', 'shop', { status: 'Synced' })] }),
    after: fakeReader({ 'applications.gitops.lab': [object('Application', 'shop', { status })] }),
    acts: [],
    notSimulated: [],
  };
  const { namespace } = object('Application', 'shop').metadata;
  return judgeEndsAs(
    { resource: 'applications.gitops.lab', ...(namespace && { namespace }), name: 'shop', match: { status: 'Synced' } },
    record,
  );
}

test('what counts is how the object is at the end', async () => {
  expect(await judge('Synced')).toMatchObject({ result: 'passed' });
  const { result, observed } = await judge('OutOfSync');
  expect({ result, observed }).toEqual({ result: 'failed', observed: expect.stringContaining('found "OutOfSync"') as string });
});
