import { describe, expect, it } from 'vitest';
import { refusal, ScriptedTransport } from '../../tests/support/scripted-transport.ts';
import { KubeClient } from './client.ts';
import { actOnRollout, type ActionOptions, type RolloutAction } from './rollout-actions.ts';
import { setImage } from './set-image.ts';
import type { CanaryStep, Rollout } from './types/rollouts.ts';
import { derives } from './undo-rollout.ts';

const target = { namespace: 'lab', name: 'shop' };
const MAIN = '/apis/argoproj.io/v1alpha1/namespaces/lab/rollouts/shop';

function rollout(spec: Partial<Rollout['spec']>, status: Rollout['status'] = {}): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'shop', namespace: 'lab', uid: 'u1' },
    spec: { selector: { matchLabels: { app: 'shop' } }, strategy: { blueGreen: { activeService: 'a' } }, ...spec },
    status,
  };
}

const canary = (steps: CanaryStep[]): Partial<Rollout['spec']> => ({ strategy: { canary: { steps } } });
const BLUE_GREEN_PAUSE = { pauseConditions: [{ reason: 'BlueGreenPause', startTime: 't' }], controllerPause: true };

/** What is written for an action, and what is said. */
async function act(subject: Rollout, action: RolloutAction, options?: ActionOptions, hasStatusSubresource = true) {
  const transport = new ScriptedTransport(({ method, path }) => {
    if (method === 'GET') return { body: subject };
    return path.endsWith('/status') && !hasStatusSubresource
      ? refusal(404, 'NotFound', 'the server could not find the requested resource')
      : {};
  });
  const said = await actOnRollout(new KubeClient(transport), target, action, options);
  return { said, writes: transport.lines.filter((line) => !line.startsWith('GET')) };
}

describe('actOnRollout', () => {
  const status = (body: object): string => `PATCH ${MAIN}/status ${JSON.stringify({ status: body })}`;
  const unpause = `PATCH ${MAIN} {"spec":{"paused":false}}`;
  const steps = [{ setWeight: 20 }, { pause: {} }];

  it.each<[string, Rollout, RolloutAction, string[]]>([
    ['a blue/green that waits', rollout({}, BLUE_GREEN_PAUSE), 'promote', [status({ pauseConditions: null })]],
    ['a blue/green that waits for nobody', rollout({}), 'promote', []],
    [
      'a blue/green that a person paused',
      rollout({ paused: true }, BLUE_GREEN_PAUSE),
      'promote',
      [status({ pauseConditions: null }), unpause],
    ],
    ['a canary under way', rollout(canary(steps), {}), 'promote', [status({ pauseConditions: null, currentStepIndex: 1 })]],
    [
      'a canary at its end',
      rollout(canary(steps), { currentStepIndex: 2 }),
      'promote',
      [status({ pauseConditions: null, currentStepIndex: 2 })],
    ],
    [
      'a canary that waits',
      rollout(canary(steps), { currentStepIndex: 1, ...BLUE_GREEN_PAUSE }),
      'promote',
      [status({ pauseConditions: null })],
    ],
    ['a canary without steps', rollout(canary([])), 'promote', []],
    [
      'a canary step that found nothing out',
      rollout(canary(steps), {
        currentStepIndex: 1,
        ...BLUE_GREEN_PAUSE,
        canary: { currentStepAnalysisRunStatus: { name: 'r', status: 'Inconclusive' } },
      }),
      'promote',
      [status({ pauseConditions: null, controllerPause: false, currentStepIndex: 2 })],
    ],
    ['an update under way', rollout({}, { currentPodHash: 'b', stableRS: 'a' }), 'promote-full', [status({ promoteFull: true })]],
    ['nothing under way', rollout({}, { currentPodHash: 'a', stableRS: 'a' }), 'promote-full', []],
    [
      'a paused update',
      rollout({ paused: true }, { currentPodHash: 'b', stableRS: 'a' }),
      'promote-full',
      [status({ promoteFull: true }), unpause],
    ],
    ['anything', rollout({}), 'abort', [status({ abort: true })]],
    ['anything', rollout({}), 'retry', [status({ abort: false })]],
    ['anything', rollout({}), 'pause', [`PATCH ${MAIN} {"spec":{"paused":true}}`]],
  ])('%s: writes for %3$s what the plugin writes', async (_what, subject, action, writes) => {
    expect((await act(subject, action)).writes).toEqual(writes);
  });

  it.each<[RolloutAction, string]>([
    ['promote', "rollout 'shop' promoted"],
    ['promote-full', "rollout 'shop' fully promoted"],
    ['abort', "rollout 'shop' aborted"],
    ['retry', "rollout 'shop' retried"],
    ['pause', "rollout 'shop' paused"],
    ['restart', "rollout 'shop' restarts in 0s"],
  ])('says for %s what the plugin says', async (action, said) => {
    expect((await act(rollout({}), action)).said).toBe(said);
  });

  it('writes the time of a restart in whole seconds', async () => {
    const { said, writes } = await act(rollout({}), 'restart', { restart: { atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678), in: '5m' } });
    expect(writes).toEqual([`PATCH ${MAIN} {"spec":{"restartAt":"2026-01-02T03:04:05Z"}}`]);
    expect(said).toBe("rollout 'shop' restarts in 5m");
  });

  it('writes to the main resource where there is no status subresource', async () => {
    expect((await act(rollout({}), 'abort', {}, false)).writes[1]).toBe(`PATCH ${MAIN} {"status":{"abort":true}}`);
    const promoted = await act(rollout({ paused: true }, BLUE_GREEN_PAUSE), 'promote', {}, false);
    expect(promoted.writes.slice(1)).toEqual([`PATCH ${MAIN} {"spec":{"paused":false},"status":{"pauseConditions":null}}`]);
  });

  it.each<RolloutAction>(['promote', 'promote-full', 'abort', 'retry', 'pause', 'restart', 'undo'])(
    'rejects %s of a Rollout that is not there',
    async (action) => {
      const transport = new ScriptedTransport(() => refusal(404, 'NotFound', 'rollouts.argoproj.io "shop" not found', { name: 'shop' }));
      await expect(actOnRollout(new KubeClient(transport), target, action)).rejects.toThrow('rollouts.argoproj.io "shop" not found');
    },
  );
});

describe('undo', () => {
  const template = (image: string, hash?: string, more: object = {}) => ({
    metadata: { labels: { app: 'shop', ...(hash && { 'rollouts-pod-template-hash': hash }) } },
    spec: { containers: [{ name: 'shop', image, ...more }] },
  });
  const replicaSet = (revision: string | undefined, image: string, owner = 'u1') => ({
    metadata: {
      name: `shop-${revision}`,
      annotations: revision === undefined ? {} : { 'rollout.argoproj.io/revision': revision },
      ownerReferences: [{ apiVersion: 'a', kind: 'Rollout', name: 'shop', uid: owner, controller: true }],
    },
    spec: { template: template(image, `h${revision}`, { imagePullPolicy: 'IfNotPresent' }) },
  });

  async function undo(subject: Rollout, replicaSets: object[], toRevision?: number) {
    const transport = new ScriptedTransport(({ path, method }) => {
      if (path.includes('replicasets'))
        return { body: { kind: 'ReplicaSetList', apiVersion: 'apps/v1', metadata: {}, items: replicaSets } };
      return method === 'GET' ? { body: subject } : {};
    });
    const said = await actOnRollout(new KubeClient(transport), target, 'undo', toRevision === undefined ? {} : { toRevision });
    return { said, lines: transport.lines };
  }

  const current = rollout({ template: template('v3') });
  const history = [
    replicaSet('1', 'v1'),
    replicaSet('10', 'v3'),
    replicaSet('9', 'v2'),
    replicaSet('99', 'foreign', 'other'),
    replicaSet('x', 'broken'),
  ];

  it('puts back the revision before the newest, compared as numbers, without its hash', async () => {
    const { said, lines } = await undo(current, history);
    expect(said).toBe("rollout 'shop' undo");
    expect(lines[1]).toBe('GET /apis/apps/v1/namespaces/lab/replicasets?labelSelector=app%3Dshop');
    expect(lines[2]).toBe(
      `PATCH ${MAIN} [{"op":"replace","path":"/spec/template","value":${JSON.stringify(template('v2', undefined, { imagePullPolicy: 'IfNotPresent' }))}}]`,
    );
  });

  it('puts back the revision that is asked for', async () => {
    expect((await undo(current, history, 1)).lines[2]).toContain('"image":"v1"');
  });

  it('skips a revision that is in force already, defaults or not', async () => {
    expect(await undo(current, history, 10)).toMatchObject({ said: 'skipped rollback (current template already matches revision 10)' });
    expect((await undo(current, history, 10)).lines).toHaveLength(2);
  });

  it('rejects a revision that is not there, and a Rollout without a past', async () => {
    await expect(undo(current, history, 7)).rejects.toThrow('unable to find specified revision 7 in history');
    await expect(undo(current, history, 99)).rejects.toThrow('unable to find specified revision 99 in history');
    await expect(undo(current, [replicaSet('1', 'v1')])).rejects.toThrow('no revision found for rollout "shop"');
  });

  it('says of a revision that is not there what the server says of any object, so that a drill takes it for an outcome', async () => {
    await expect(undo(current, history, 7)).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
    await expect(undo(current, [replicaSet('1', 'v1')])).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
  });

  it('changes the workload that the Rollout refers to', async () => {
    const referring = rollout({ workloadRef: { kind: 'Deployment', name: 'web' } });
    expect((await undo(referring, history)).lines[2]).toMatch(/^PATCH \/apis\/apps\/v1\/namespaces\/lab\/deployments\/web /);
    await expect(undo(rollout({ workloadRef: { kind: 'StatefulSet', name: 'web' } }), history)).rejects.toThrow(
      'workload of type StatefulSet is not supported',
    );
  });
});

describe('derives', () => {
  it.each<[unknown, unknown, boolean]>([
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ a: '' }, { a: 'x' }, true],
    [{ a: null }, { a: 1 }, true],
    [{ a: [] }, { a: [1] }, true],
    [{ a: [1] }, { a: [1, 2] }, true],
    [{ a: [1, 2] }, { a: [1] }, false],
    [{ a: 0 }, { a: 1 }, false],
    [{ a: {} }, { a: 1 }, false],
    ['x', 'xy', false],
  ])('of %j and %j is %s', (part, whole, answer) => {
    expect(derives(part, whole)).toBe(answer);
  });
});

describe('setImage', () => {
  const subject = rollout({
    template: { metadata: {}, spec: { initContainers: [{ name: 'init', image: 'a' }], containers: [{ name: 'shop', image: 'a' }] } },
  });

  function cluster(conflicts: number, first: object = subject) {
    const transport = new ScriptedTransport(({ method, path }) => {
      if (method === 'GET')
        return {
          body: path.includes('deployments') ? { ...subject, kind: 'Deployment', metadata: { name: 'web', namespace: 'lab' } } : first,
        };
      return conflicts-- > 0
        ? refusal(409, 'Conflict', 'modified')
        : { body: { ...subject, kind: path.includes('deployments') ? 'Deployment' : 'Rollout' } };
    });
    return { transport, client: new KubeClient(transport) };
  }

  it('reads and writes the whole Rollout, again after a conflict', async () => {
    const { transport, client } = cluster(2);
    expect(await setImage(client, target, 'shop', 'b')).toBe('rollout "shop" image updated');
    expect(transport.requests.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET', 'PUT', 'GET', 'PUT']);
    expect((JSON.parse(transport.requests[1]?.body ?? '') as Rollout).spec.template?.spec).toEqual({
      initContainers: [{ name: 'init', image: 'a' }],
      containers: [{ name: 'shop', image: 'b' }],
    });
  });

  it('gives up after five conflicts', async () => {
    const { transport, client } = cluster(9);
    await expect(setImage(client, target, 'shop', 'b')).rejects.toThrow('modified');
    expect(transport.requests).toHaveLength(10);
  });

  it('changes all containers for *, and writes nothing for one that is not there', async () => {
    const { transport, client } = cluster(0);
    await setImage(client, target, '*', 'b');
    expect(transport.requests[1]?.body?.match(/"image":"b"/g)).toHaveLength(2);
    await expect(setImage(client, target, 'nix', 'b')).rejects.toThrow('unable to find container named "nix"');
    expect(transport.requests).toHaveLength(3);
  });

  it('changes the Deployment that the Rollout takes its template from', async () => {
    const { transport, client } = cluster(0, rollout({ workloadRef: { kind: 'Deployment', name: 'web' } }));
    await setImage(client, target, 'shop', 'b');
    expect(transport.lines.map((line) => line.split(' {')[0])).toEqual([
      `GET ${MAIN}`,
      'GET /apis/apps/v1/namespaces/lab/deployments/web',
      'PUT /apis/apps/v1/namespaces/lab/deployments/web',
    ]);
  });
});
