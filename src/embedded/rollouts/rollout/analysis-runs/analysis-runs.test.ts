import { describe, expect, test } from 'vitest';
import { PRE, settled } from '../testing/gated-world.ts';
import { blueGreen, RolloutWorld } from '../testing/rollout-world.ts';

describe('AnalysisRuns', () => {
  test('V77 five of each outcome are kept beside the current one', async () => {
    const w = await settled(PRE);
    for (let version = 2; version <= 8; version += 1) {
      w.setImage(`shop:v${version}`);
      await w.until(() => w.runs.some(({ status }) => !status?.phase));
      w.finishRun('Successful', { name: w.runs.find(({ status }) => !status?.phase)!.metadata.name });
      await w.wait(1000);
      await w.untilHealthy();
      await w.wait(40_000);
    }
    expect(w.runs).toHaveLength(6);
  });

  test('V77 the same for failures', async () => {
    const w = await settled(PRE);
    for (let version = 2; version <= 8; version += 1) {
      w.setImage(`shop:v${version}`);
      await w.until(() => w.runs.some(({ status }) => !status?.phase));
      w.finishRun('Failed', { name: w.runs.find(({ status }) => !status?.phase)!.metadata.name });
      await w.wait(40_000);
    }
    expect(w.runs).toHaveLength(6);
  });

  test('limits of history are followed', async () => {
    const w = await settled(PRE, { analysis: { successfulRunHistoryLimit: 0, unsuccessfulRunHistoryLimit: 0 } });
    for (const [image, phase] of [
      ['shop:v2', 'Failed'],
      ['shop:v3', 'Successful'],
      ['shop:v4', 'Failed'],
    ] as const) {
      w.setImage(image);
      await w.until(() => w.runs.some(({ status }) => !status?.phase));
      w.finishRun(phase, { name: w.runs.find(({ status }) => !status?.phase)!.metadata.name });
      await w.wait(5000);
    }
    expect(w.runs.map(({ metadata }) => metadata.name)).toEqual([`shop-${w.hash('shop:v4')}-4-pre`]);
  });

  test('carry labels, annotations, arguments and owner', async () => {
    const w = new RolloutWorld();
    w.template('gate', { args: [{ name: 'image' }, { name: 'hash' }, { name: 'stable' }, { name: 'name' }] });
    const analysis = {
      templates: [{ templateName: 'gate' }],
      args: [
        { name: 'image', valueFrom: { fieldRef: { fieldPath: 'spec.template.spec.containers[0].image' } } },
        { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
        { name: 'stable', valueFrom: { podTemplateHashValue: 'Stable' } },
        { name: 'name', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      analysisRunMetadata: { labels: { team: 'security' }, annotations: { why: 'gate' } },
    };
    w.deploy(blueGreen({ prePromotionAnalysis: analysis }));
    await w.untilHealthy();
    w.setImage('shop:v2');
    await w.until(() => w.runs.length === 1);
    const [run] = w.runs;
    const hash = w.hash('shop:v2');
    expect(run!.metadata).toMatchObject({
      name: `shop-${hash}-2-pre`,
      labels: { app: 'shop', team: 'security', 'rollout-type': 'PrePromotion', 'rollouts-pod-template-hash': hash },
      annotations: { 'rollout.argoproj.io/revision': '2', why: 'gate' },
      ownerReferences: [{ kind: 'Rollout', name: 'shop', controller: true }],
    });
    expect(run!.spec.args).toEqual([
      { name: 'image', value: 'shop:v2' },
      { name: 'hash', value: hash },
      { name: 'stable', value: w.hash('shop:v1') },
      { name: 'name', value: 'shop' },
    ]);
  });
});
