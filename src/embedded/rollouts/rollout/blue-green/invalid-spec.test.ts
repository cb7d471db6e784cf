import { describe, expect, test } from 'vitest';
import { PRE } from '../testing/gated-world.ts';
import { blueGreen, RolloutWorld, templateOf } from '../testing/rollout-world.ts';

describe('a spec that is not valid', () => {
  const invalid = (w: RolloutWorld): string => w.status.message ?? '';
  const PREFIX = 'InvalidSpec: The Rollout "shop" is invalid: ';

  test('V27 because a template is missing: no event and no ReplicaSet, and it recovers when the template comes', async () => {
    const w = new RolloutWorld();
    w.deploy(blueGreen(PRE));
    await w.wait(60_000);
    expect(w.status.phase).toBe('Degraded');
    expect(invalid(w)).toBe(
      `${PREFIX}spec.strategy.blueGreen.prePromotionAnalysis.templates: Invalid value: "gate": AnalysisTemplate 'gate' not found`,
    );
    expect(w.reasons).toEqual(['RolloutAddedToInformer']);
    expect(w.replicaSets).toEqual([]);
    w.template('gate');
    await w.wait(12_000);
    await w.untilHealthy();
    expect(w.status.conditions?.some(({ type }) => type === 'InvalidSpec')).toBe(false);
  });

  test('V28 because a gate would never end', async () => {
    const w = new RolloutWorld();
    const metric = { name: 'scan', interval: '10s', provider: { web: { url: 'http://scanner/' } } };
    w.template('gate', { metrics: [metric] });
    w.deploy(blueGreen(PRE));
    await w.untilPhase('Degraded');
    expect(invalid(w)).toBe(
      `${PREFIX}spec.strategy.blueGreen.prePromotionAnalysis.templates: Invalid value: "gate": AnalysisTemplate gate has metric scan which runs indefinitely. Invalid value for count: <nil>`,
    );
  });

  test('V29 because an argument has no value; a misspelt one is ignored silently', async () => {
    const w = new RolloutWorld();
    w.template('gate', { args: [{ name: 'image' }] });
    w.deploy(blueGreen(PRE));
    await w.untilPhase('Degraded');
    expect(invalid(w)).toBe(
      `${PREFIX}spec.strategy.blueGreen.prePromotionAnalysis.templates: Invalid value: "templateNames: [gate]": args.image was not resolved`,
    );
    const other = new RolloutWorld();
    other.template('gate', { args: [{ name: 'limit', value: '1' }] });
    other.deploy(blueGreen({ prePromotionAnalysis: { templates: [{ templateName: 'gate' }], args: [{ name: 'limitt', value: '9' }] } }));
    await other.untilHealthy();
    other.setImage('shop:v2');
    await other.until(() => other.runs.length === 1);
    expect(other.runs[0]!.spec.args).toEqual([{ name: 'limit', value: '1' }]);
  });

  test.each([
    [
      'a Service that is not there',
      blueGreen({ activeService: 'actve' }),
      'spec.strategy.blueGreen.activeService: Invalid value: "actve": service "actve" not found',
    ],
    [
      'one Service twice',
      blueGreen({ previewService: 'active' }),
      'spec.strategy.activeService: Invalid value: "active": This rollout uses the same service for the active and preview services, but two different services are required.',
    ],
    [
      'no strategy',
      { strategy: {} },
      "spec.strategy.strategy: Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
    ],
    [
      'labels that the selector does not select',
      { ...blueGreen(), selector: { matchLabels: { app: 'other' } } },
      'spec.template.metadata.labels: Invalid value: {"app":"shop"}: `selector` does not match template `labels`',
    ],
    [
      'too short a history',
      { ...blueGreen({ scaleDownDelayRevisionLimit: 3 }), revisionHistoryLimit: 2 },
      "spec.strategy.scaleDownDelayRevisionLimit: Invalid value: 3: This rollout's revision history limit can not be smaller than the rollout's scale down limit",
    ],
    [
      'a deadline that pods cannot meet',
      { ...blueGreen(), minReadySeconds: 10, progressDeadlineSeconds: 5 },
      'spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
    ],
    [
      'two kinds of anti-affinity',
      blueGreen({
        antiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {},
          preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 },
        },
      }),
      'spec.strategy.antiAffinity: Invalid value: "antiAffinity.PreferredDuringSchedulingIgnoredDuringExecution: true antiAffinity.RequiredDuringSchedulingIgnoredDuringExecution: true": AntiAffinity must have exactly one strategy listed',
    ],
    [
      'a container without a name',
      { ...blueGreen(), template: { ...templateOf('x'), spec: { containers: [{ name: '', image: 'x' }] } } },
      'spec.template.spec.containers[0].name: Required value',
    ],
  ])('because of %s', async (_, spec, problem) => {
    const w = new RolloutWorld();
    w.deploy(spec);
    await w.untilPhase('Degraded');
    expect(invalid(w)).toBe(PREFIX + problem);
  });

  test('because a Service selects labels that its pods do not have, or belongs to somebody else', async () => {
    const w = new RolloutWorld();
    w.deploy(blueGreen());
    w.api.patch('services', 'lab', 'active', { type: 'merge', body: { spec: { selector: { tier: 'web' } } } });
    await w.untilPhase('Degraded');
    expect(invalid(w)).toMatch(/activeService: Invalid value: "active": Service "active" has unmatch label "tier" in rollout$/);
    w.api.patch('services', 'lab', 'active', {
      type: 'merge',
      body: { metadata: { annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'other' } }, spec: { selector: { tier: null } } },
    });
    await w.wait(12_000);
    expect(invalid(w)).toMatch(/Service "active" is managed by another Rollout$/);
  });
});
