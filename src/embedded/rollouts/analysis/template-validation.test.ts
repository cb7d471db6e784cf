import { describe, expect, test } from 'vitest';
import type { AnalysisTemplateSpec, Metric, Rollout, RolloutSpec } from '../../../kube/types/rollouts.ts';
import {
  AnalysisProblem,
  buildAnalysisRunSpec,
  collectTemplates,
  resolveRolloutArgs,
  type AnalysisTemplateLike,
} from './analysis-run-spec.ts';
import { referencedAnalyses, validateAnalysisTemplates } from './template-validation.ts';

const metric = (changes: Partial<Metric> = {}): Metric => ({ name: 'scan', provider: { web: { url: 'http://a/' } }, ...changes });

function template(
  name: string,
  spec: AnalysisTemplateSpec = { metrics: [metric({ name })] },
  kind = 'AnalysisTemplate',
): AnalysisTemplateLike {
  const namespace = kind === 'AnalysisTemplate' ? { namespace: 'lab' } : {};
  return { apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name, ...namespace }, spec };
}

/** An API that holds these templates. */
function holding(...templates: AnalysisTemplateLike[]): Parameters<typeof collectTemplates>[0] {
  const get = (resource: string, namespace: string | undefined, name: string): AnalysisTemplateLike | undefined =>
    templates.find(
      ({ kind, metadata }) =>
        `${kind.toLowerCase()}s.argoproj.io` === resource && metadata.name === name && metadata.namespace === namespace,
    );
  return { get } as unknown as Parameters<typeof collectTemplates>[0];
}

const names = (templates: readonly AnalysisTemplateLike[]): string[] => templates.map(({ metadata }) => metadata.name);

function problem(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof AnalysisProblem) return error.fieldError;
    throw error;
  }
  throw new Error('there was no problem');
}

describe('templates', () => {
  test('are followed, each once, the namespace’s first', () => {
    const api = holding(
      template('outer', { templates: [{ templateName: 'wide', clusterScope: true }, { templateName: 'inner' }] }),
      template('inner'),
      template('wide', { templates: [{ templateName: 'inner' }] }, 'ClusterAnalysisTemplate'),
    );
    expect(names(collectTemplates(api, 'lab', [{ templateName: 'wide', clusterScope: true }, { templateName: 'outer' }]))).toEqual([
      'inner',
      'outer',
      'wide',
    ]);
  });

  test('that name each other come to an end', () => {
    const api = holding(template('a', { templates: [{ templateName: 'b' }] }), template('b', { templates: [{ templateName: 'a' }] }));
    expect(names(collectTemplates(api, 'lab', [{ templateName: 'a' }]))).toEqual(['a', 'b']);
  });

  test('that are missing are named', () => {
    const api = holding(template('outer', { templates: [{ templateName: 'inner' }] }));
    expect(problem(() => collectTemplates(api, 'lab', [{ templateName: 'x' }]))).toBe("AnalysisTemplate 'x' not found");
    expect(problem(() => collectTemplates(api, 'lab', [{ templateName: 'x', clusterScope: true }]))).toBe(
      "ClusterAnalysisTemplate 'x' not found",
    );
    expect(problem(() => collectTemplates(api, 'lab', [{ templateName: 'outer' }], 'spec.here'))).toBe(
      `spec.templates: Invalid value: "inner": AnalysisTemplate 'inner' not found`,
    );
  });

  test('merge into one spec', () => {
    const first = template('a', {
      metrics: [metric({ name: 'a' })],
      args: [{ name: 'x' }, { name: 'y', value: '1' }],
      dryRun: [{ metricName: 'a' }],
    });
    const second = template('b', {
      metrics: [metric({ name: 'b' })],
      args: [{ name: 'x', value: '2' }, { name: 'y' }],
      measurementRetention: [{ metricName: 'b', limit: 3 }],
    });
    const spec = buildAnalysisRunSpec({
      templates: [first, second],
      args: [
        { name: 'y', value: '5' },
        { name: 'extra', value: '9' },
      ],
      dryRun: [{ metricName: 'b' }],
      measurementRetention: [{ metricName: 'a', limit: 1 }],
    });
    expect(spec).toEqual({
      metrics: [metric({ name: 'a' }), metric({ name: 'b' })],
      args: [
        { name: 'x', value: '2' },
        { name: 'y', value: '5' },
      ],
      dryRun: [{ metricName: 'b' }, { metricName: 'a' }],
      measurementRetention: [
        { metricName: 'a', limit: 1 },
        { metricName: 'b', limit: 3 },
      ],
    });
    expect(first.spec.args).toEqual([{ name: 'x' }, { name: 'y', value: '1' }]);
  });

  test.each<[string, AnalysisTemplateSpec[], string]>([
    ['metrics of one name', [{ metrics: [metric()] }, { metrics: [metric()] }], "two metrics have the same name 'scan'"],
    ['an argument without a value', [{ args: [{ name: 'x' }] }], 'args.x was not resolved'],
    [
      'arguments that disagree',
      [{ args: [{ name: 'x', value: 'a' }] }, { args: [{ name: 'x', value: 'b' }] }],
      "Argument `x` specified multiple times with different values: 'a', 'b'",
    ],
    ['two rules', [{ dryRun: [{ metricName: 'a' }, { metricName: 'a' }] }], "two Dry-Run metric rules have the same name 'a'"],
    [
      'two retentions',
      [
        {
          measurementRetention: [
            { metricName: 'a', limit: 1 },
            { metricName: 'a', limit: 2 },
          ],
        },
      ],
      "two Measurement Retention metric rules have the same name 'a'",
    ],
  ])('with %s do not', (_, specs, message) => {
    const templates = specs.map((spec, index) => template(`t${index}`, spec));
    expect(problem(() => buildAnalysisRunSpec({ templates }))).toBe(message);
  });

  test('a given value leaves a reference to a Secret in place', () => {
    const valueFrom = { secretKeyRef: { name: 's', key: 'k' } };
    const templates = [template('t', { args: [{ name: 'token', valueFrom }] })];
    expect(buildAnalysisRunSpec({ templates, args: [{ name: 'token', value: 'x' }] }).args).toEqual([
      { name: 'token', value: 'x', valueFrom },
    ]);
  });
});

function rollout(strategy: RolloutSpec['strategy']): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: {
      name: 'shop',
      namespace: 'lab',
      uid: 'u1',
      labels: { app: 'shop', tier: 'a"b' },
      annotations: { 'rollout.argoproj.io/revision': '3' },
    },
    spec: {
      replicas: 2_000_000,
      template: { metadata: {}, spec: { containers: [{ name: 'shop', image: 'shop:2' }] } },
      strategy: strategy!,
    },
  };
}

describe('arguments of a Rollout', () => {
  const resolve = (fieldPath: string): string =>
    resolveRolloutArgs([{ name: 'x', valueFrom: { fieldRef: { fieldPath } } }], {
      rollout: rollout({}),
      stableHash: 's',
      newHash: 'n',
    })[0]!.value!;

  test('are values, hashes, or nothing', () => {
    const args = [
      { name: 'a', value: '1' },
      { name: 'b', valueFrom: { podTemplateHashValue: 'Latest' as const } },
      { name: 'c', valueFrom: { podTemplateHashValue: 'Stable' as const } },
      { name: 'd' },
    ];
    expect(resolveRolloutArgs(args, { rollout: rollout({}), stableHash: 's', newHash: 'n' })).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: 'n' },
      { name: 'c', value: 's' },
      { name: 'd', value: '' },
    ]);
  });

  test.each([
    ['metadata.name', 'shop'],
    ['metadata.namespace', 'lab'],
    ['metadata.uid', 'u1'],
    ["metadata.labels['app']", 'shop'],
    ["metadata.labels['absent']", ''],
    ["metadata.annotations['rollout.argoproj.io/revision']", '3'],
    ['metadata.labels', 'app="shop"\ntier="a\\"b"'],
    ['spec.template.spec.containers[0].image', 'shop:2'],
    ['spec.replicas', '2e+06'],
  ])('may come from %s', (path, value) => {
    expect(resolve(path)).toBe(value);
  });

  test.each([
    ['metadata.generation', 'unsupported fieldPath: metadata.generation'],
    ["metadata.name['a']", `fieldPath "metadata.name['a']" does not support subscript`],
    ['spec.absent', 'invalid path spec.absent in rollout'],
    ['spec.replicas.more', 'invalid path spec.replicas.more in rollout'],
    ['spec.template', 'path spec.template in rollout must terminate in a primitive value'],
    ['spec.template.spec.containers[3].image', 'index 3 out of range'],
    ['spec.template.spec.containers.image', "invalid index 'image'"],
  ])('may not come from %s', (path, message) => {
    expect(problem(() => resolve(path))).toBe(message);
  });
});

describe('validation of a Rollout', () => {
  const gated = (args: { name: string; value?: string }[] = [], templateName = 'gate'): Rollout =>
    rollout({ blueGreen: { activeService: 'shop', prePromotionAnalysis: { templates: [{ templateName }], args } } });
  const PATH = 'spec.strategy.blueGreen.prePromotionAnalysis.templates';

  function complaint(tested: Rollout, ...templates: AnalysisTemplateLike[]): string | undefined {
    try {
      return validateAnalysisTemplates(tested, referencedAnalyses(holding(...templates), tested))?.fieldError;
    } catch (error) {
      if (error instanceof AnalysisProblem) return error.fieldError;
      throw error;
    }
  }

  test('has nothing to say about a gate that ends and whose arguments are there', () => {
    const gate = template('gate', { metrics: [metric({ interval: '{{args.every}}', count: 3 })], args: [{ name: 'every' }] });
    expect(complaint(gated([{ name: 'every', value: '5s' }]), gate)).toBeUndefined();
  });

  test('misses a template (V27)', () => {
    expect(complaint(gated([], 'x'))).toBe(`${PATH}: Invalid value: "x": AnalysisTemplate 'x' not found`);
  });

  test('refuses a metric that never ends (V28)', () => {
    expect(complaint(gated(), template('gate', { metrics: [metric({ interval: '5s' })] }))).toBe(
      `${PATH}: Invalid value: "gate": AnalysisTemplate gate has metric scan which runs indefinitely. Invalid value for count: <nil>`,
    );
    expect(complaint(gated(), template('gate', { metrics: [metric({ interval: '5s', count: 0 })] }))).toContain(
      'Invalid value for count: 0',
    );
  });

  test('misses an argument, and ignores one too many (V29)', () => {
    const gate = template('gate', { metrics: [metric()], args: [{ name: 'x' }] });
    expect(complaint(gated(), gate)).toBe(`${PATH}: Invalid value: "templateNames: [gate]": args.x was not resolved`);
    expect(
      complaint(gated([{ name: 'X', value: '1' }]), template('gate', { metrics: [metric()], args: [{ name: 'x', value: '0' }] })),
    ).toBeUndefined();
  });

  test('refuses a tag that its own template does not declare', () => {
    const gate = template('gate', { metrics: [metric({ successCondition: 'result < {{args.y}}' })] });
    expect(complaint(gated([{ name: 'y', value: '1' }]), gate)).toBe(
      `${PATH}: Invalid value: "gate": AnalysisTemplate gate: failed to resolve {{args.y}}`,
    );
  });

  test('refuses an argument with two sources', () => {
    const args = [{ name: 'x', value: '1', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];
    expect(complaint(gated(), template('gate', { metrics: [metric()], args }))).toContain("arg 'x' has both Value and ValueFrom fields");
  });

  test('does not look at limits, providers and conditions', () => {
    const odd = metric({ count: 1, failureLimit: 5, successCondition: '((', provider: {} });
    expect(complaint(gated(), template('gate', { metrics: [odd] }))).toBeUndefined();
  });

  test('looks at canary steps, and lets a background analysis run for ever', () => {
    const endless = template('gate', { metrics: [metric({ interval: '5s' })] });
    const analysis = { templates: [{ templateName: 'gate' }] };
    expect(complaint(rollout({ canary: { analysis } }), endless)).toBeUndefined();
    expect(complaint(rollout({ canary: { steps: [{ setWeight: 5 }, { analysis }] } }), endless)).toContain(
      'spec.strategy.canary.steps[1].analysis.templates: Invalid value: "gate": AnalysisTemplate gate has metric scan which runs indefinitely',
    );
  });
});
