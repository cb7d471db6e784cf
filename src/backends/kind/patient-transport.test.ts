import { describe, expect, it } from 'vitest';
import { refusal, ScriptedTransport } from '../../../tests/support/scripted-transport.ts';
import { KubeClient } from '../../kube/client.ts';
import { PatientTransport } from './patient-transport.ts';

const busy = refusal(429, 'TooManyRequests', 'storage is (re)initializing');

function clientOf(answers: ReturnType<typeof refusal>[]) {
  const transport = new ScriptedTransport(
    () => answers.shift() ?? { body: { apiVersion: 'v1', kind: 'PodList', metadata: {}, items: [] } },
  );
  return { client: new KubeClient(new PatientTransport(transport)), transport };
}

describe('a server that cannot answer yet', () => {
  it('is asked again', async () => {
    const { client, transport } = clientOf([busy, busy]);
    expect((await client.list('pods')).items).toEqual([]);
    expect(transport.requests).toHaveLength(3);
  });

  it('is not asked again when it refuses for another reason', async () => {
    const { client, transport } = clientOf([refusal(503, 'ServiceUnavailable', 'no')]);
    await expect(client.list('pods')).rejects.toMatchObject({ status: 503 });
    expect(transport.requests).toHaveLength(1);
  });
});
