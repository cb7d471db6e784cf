import { describe, expect, test } from 'vitest';
import { AnalysisWorld } from '../../../../../tests/support/analysis-world.ts';
import type { Metric } from '../../../../kube/types/rollouts.ts';

function metric(conditions: Partial<Metric> = {}, prometheus: Record<string, unknown> = {}): Metric {
  return {
    name: 'errors',
    provider: { prometheus: { address: 'http://prometheus.lab.svc:9090/', query: 'up', ...prometheus } },
    ...conditions,
  };
}

function answering(data: unknown, more: object = {}): AnalysisWorld {
  const w = new AnalysisWorld();
  w.answer = () => ({ body: JSON.stringify({ status: 'success', data, ...more }) });
  return w;
}

async function measured(w: AnalysisWorld, tested: Metric) {
  w.begin([tested]);
  await w.until(() => w.status().metricResults?.[0]?.measurements !== undefined);
  return w.status().metricResults![0]!.measurements![0]!;
}

const vector = (...values: string[]): unknown => ({
  resultType: 'vector',
  result: values.map((value) => ({ metric: {}, value: [1_772_359_200, value] })),
});

test('the query is posted as a form', async () => {
  const w = answering(vector('1'));
  w.begin([metric({}, { query: 'sum(errors{app="{{args.app}}"})', timeout: 5 })], { args: [{ name: 'app', value: 'shop' }] });
  await w.until(() => w.requests.length === 1);
  const { request, from } = w.requests[0]!;
  expect(from).toEqual({ kind: 'controller' });
  expect(request).toMatchObject({ method: 'POST', url: 'http://prometheus.lab.svc:9090/api/v1/query', timeoutMs: 5_000 });
  const form = new URLSearchParams(request.body);
  expect(form.get('query')).toBe('sum(errors{app="shop"})');
  expect(Number(form.get('time'))).toBeCloseTo(w.clock.now() / 1_000, 1);
  await w.until(() => w.status().metricResults !== undefined);
  expect(w.status().metricResults![0]!.metadata).toEqual({ ResolvedPrometheusQuery: 'sum(errors{app="shop"})' });
});

test('a server that takes no POST gets a GET', async () => {
  const w = new AnalysisWorld();
  w.answer = ({ method }) =>
    method === 'POST' ? { status: 405 } : { body: JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [0, '7'] } }) };
  expect(await measured(w, metric({ successCondition: 'result == 7' }))).toMatchObject({ phase: 'Successful', value: '7' });
  expect(w.requests[1]!.request.url).toContain('/api/v1/query?query=up&time=');
});

describe('the result', () => {
  test.each([
    [{ resultType: 'scalar', result: [0, '0.25'] }, 'result < 0.5', '0.25'],
    [vector('0.95', '1000000'), 'all(result, # > 0.9) and len(result) == 2', '[0.95,1000000]'],
    [vector('1e+21', 'NaN', '+Inf'), 'isNaN(result[1]) and isInf(result[2]) and result[0] > 1e20', '[1000000000000000000000,NaN,+Inf]'],
    [
      {
        resultType: 'matrix',
        result: [
          {
            values: [
              [0, '1'],
              [1, '2'],
            ],
          },
          { values: [[0, '3']] },
        ],
      },
      'result == [1, 2, 3]',
      '[1,2,3]',
    ],
  ])('%o is read as numbers', async (data, successCondition, value) => {
    expect(await measured(answering(data), metric({ successCondition }))).toMatchObject({ phase: 'Successful', value });
  });

  test('that is an empty list is an error where a condition needs one', async () => {
    expect(await measured(answering(vector()), metric({ successCondition: 'result[0] > 0.9' }))).toMatchObject({
      phase: 'Error',
      message:
        'could not evaluate successCondition "result[0] > 0.9": metric result is nil or empty: no data returned from the metric provider',
    });
  });

  test('of another type is not supported', async () => {
    expect((await measured(answering({ resultType: 'string', result: [0, 'x'] }), metric())).message).toBe(
      'Prometheus metric type not supported',
    );
  });

  test('with warnings keeps them', async () => {
    const { metadata } = await measured(answering(vector('1'), { warnings: ['slow', 'partial'] }), metric());
    expect(metadata).toEqual({ warnings: '"slow", "partial"' });
  });
});

test.each([
  [{ status: 400, body: '{"status":"error","errorType":"bad_data","error":"parse error"}' }, 'bad_data: parse error'],
  [{ status: 404, body: 'no' }, 'client_error: client error: 404'],
  [{ status: 503, body: 'no' }, 'server_error: server error: 503'],
  [{ status: 200, body: '<html>' }, 'bad_response: readObjectStart: expect { or n'],
])('an answer %o is an error', async (answer, message) => {
  const w = new AnalysisWorld();
  w.answer = () => answer;
  expect(await measured(w, metric())).toMatchObject({ phase: 'Error', message });
});

test.each([
  [{ address: '' }, 'prometheus address is not configured'],
  [{ address: 'prometheus' }, 'prometheus address is not is url format'],
  [{ timeout: -1 }, 'prometheus timeout should not be negative'],
])('nothing is asked with %o', async (prometheus, message) => {
  const w = answering(vector('1'));
  expect(await measured(w, metric({}, prometheus))).toMatchObject({ phase: 'Error', message });
  expect(w.requests).toEqual([]);
});

test.each([
  ['wavefront', { address: 'x', query: 'y' }, 'secrets "wavefront-api-tokens" not found'],
  ['newRelic', { query: 'y' }, 'secrets "newrelic" not found'],
  ['influxdb', { query: 'y' }, 'secrets "influxdb" not found'],
  ['graphite', { query: 'y' }, 'the provider graphite asks a service outside the cluster, and this cluster has no way out'],
  [
    'plugin',
    { 'argoproj/sample': {} },
    'failed to create plugin: unable to get metric plugin: unable to start plugin system: unable to find plugin (argoproj/sample): plugin argoproj/sample not configured in configmap',
  ],
])('the provider %s is an error of the measurement', async (name, provider, message) => {
  const w = new AnalysisWorld();
  expect(await measured(w, { name: 'errors', provider: { [name]: provider } })).toMatchObject({ phase: 'Error', message });
});
