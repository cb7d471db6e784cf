import { describe, expect, test } from 'vitest';
import { AnalysisWorld, webMetric } from '../../../../tests/support/analysis-world.ts';
import type { Metric } from '../../../kube/types/rollouts.ts';
import { NetworkError } from '../../network/http.ts';

const SECOND = 1_000;

function answering(body: string, status = 200): AnalysisWorld {
  const w = new AnalysisWorld();
  w.answer = () => ({ status, body });
  return w;
}

/** The first measurement of a run with one metric. */
async function measured(w: AnalysisWorld, metric: Metric) {
  w.begin([metric]);
  await w.until(() => w.status().metricResults?.[0]?.measurements !== undefined);
  return w.status().metricResults![0]!.measurements![0]!;
}

describe('the request', () => {
  test('is a GET from the controller', async () => {
    const w = answering('{}');
    await w.judged([webMetric({}, { url: 'http://scanner.lab.svc/{{args.path}}' })], { args: [{ name: 'path', value: 'report?x=1' }] });
    expect(w.requests).toHaveLength(1);
    expect(w.requests[0]).toMatchObject({
      from: { kind: 'controller' },
      request: {
        method: 'GET',
        url: 'http://scanner.lab.svc/report?x=1',
        timeoutMs: 10_000,
        headers: { 'user-agent': 'Go-http-client/1.1' },
      },
    });
  });

  test('has the method, the headers and the body that are asked for', async () => {
    const w = answering('{}');
    const headers = [
      { key: 'X-Token', value: 'abc' },
      { key: 'Host', value: 'elsewhere' },
    ];
    await w.judged([webMetric({}, { method: 'POST', headers, body: 'a=1', timeoutSeconds: 3 })]);
    const { request } = w.requests[0]!;
    expect(request).toMatchObject({ method: 'POST', body: 'a=1', timeoutMs: 3_000, headers: { 'x-token': 'abc' } });
    expect(request.headers).not.toHaveProperty('host');
  });

  test('has a JSON body, with arguments in it', async () => {
    const w = answering('{}');
    await w.judged([webMetric({}, { method: 'PUT', jsonBody: { image: '{{args.image}}', deep: [1] } })], {
      args: [{ name: 'image', value: 'shop:2' }],
    });
    const { request } = w.requests[0]!;
    expect(JSON.parse(request.body!)).toEqual({ image: 'shop:2', deep: [1] });
    expect(request.headers['content-type']).toBe('application/json');
  });

  test.each([
    [{ body: 'x' }, 'Body/JSONBody can only be used with POST or PUT WebMetric Method types'],
    [{ method: 'POST', body: 'x', jsonBody: {} }, 'use either Body or JSONBody; both cannot exists for WebMetric payload'],
    [{ url: 'scanner/report' }, 'Get "scanner/report": unsupported protocol scheme ""'],
    [{ url: 'ftp://scanner/' }, 'Get "ftp://scanner/": unsupported protocol scheme "ftp"'],
    [{ url: 'http://scan ner/' }, 'parse "http://scan ner/": invalid character " " in host name'],
    [{ url: 'http:///report' }, 'Get "http:///report": http: no Host in request URL'],
    [{ jsonPath: '{.a' }, 'unclosed action'],
    [{ authentication: { oauth2: { tokenUrl: 'http://x/' } } }, 'missing mandatory parameter in metric for OAuth2 setup'],
  ])('is not made for %o', async (web, message) => {
    const w = answering('{}');
    const { phase, message: said, startedAt, finishedAt } = await measured(w, webMetric({}, web));
    expect({ phase, said, startedAt: typeof startedAt, finishedAt: typeof finishedAt }).toEqual({
      phase: 'Error',
      said: message,
      startedAt: 'string',
      finishedAt: 'string',
    });
    expect(w.requests).toEqual([]);
  });

  test('follows redirects, but not for ever', async () => {
    const w = new AnalysisWorld();
    w.answer = ({ url }) =>
      url.endsWith('/new') ? { body: '{"ok":true}' } : { status: 302, headers: { location: url.endsWith('/loop') ? '/loop' : '/new' } };
    expect(await measured(w, webMetric({}, { url: 'http://a.lab.svc/old', method: 'POST', body: 'x' }))).toMatchObject({
      phase: 'Successful',
    });
    expect(w.requests.map(({ request }) => [request.method, request.url])).toEqual([
      ['POST', 'http://a.lab.svc/old'],
      ['GET', 'http://a.lab.svc/new'],
    ]);
    w.begin([webMetric({}, { url: 'http://a.lab.svc/loop' })], {}, 'loop');
    await w.until(() => w.status('loop').metricResults !== undefined);
    expect(w.status('loop').metricResults![0]!.measurements![0]!.message).toBe('Get "/loop": stopped after 10 redirects');
  });

  test.each([
    [
      new NetworkError('ENOTFOUND', 'getaddrinfo ENOTFOUND scanner.lab.svc'),
      'dial tcp: lookup scanner.lab.svc on 10.96.0.10:53: no such host',
    ],
    [new NetworkError('ECONNREFUSED', 'connect ECONNREFUSED 10.96.1.2:80'), 'dial tcp 10.96.1.2:80: connect: connection refused'],
    [new NetworkError('EHOSTUNREACH', 'connect EHOSTUNREACH 10.244.0.9:80'), 'dial tcp 10.244.0.9:80: connect: no route to host'],
    [new NetworkError('ECONNRESET', 'read ECONNRESET'), 'EOF'],
    [
      new NetworkError('ETIMEDOUT', 'connect ETIMEDOUT 10.96.1.2:80'),
      'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ],
  ])('that fails with %s says so', async (error, why) => {
    const w = new AnalysisWorld();
    w.answer = () => {
      throw error;
    };
    expect(await measured(w, webMetric())).toMatchObject({ phase: 'Error', message: `Get "http://scanner.lab.svc/": ${why}` });
  });

  test('over TLS meets a server that has none', async () => {
    const w = answering('{}');
    const { message } = await measured(w, webMetric({}, { url: 'https://scanner.lab.svc/' }));
    expect(message).toBe('Get "https://scanner.lab.svc/": http: server gave HTTP response to HTTPS client');
    expect(w.requests[0]!.request.url).toBe('http://scanner.lab.svc:443/');
  });
});

describe('the answer', () => {
  test('that is HTML is Successful, whatever the conditions (V35)', async () => {
    const w = answering('<html>login</html>');
    const status = await w.judged([webMetric({ successCondition: 'result.criticals == 0', failureCondition: 'true' })]);
    expect(status).toMatchObject({ phase: 'Successful', metricResults: [{ measurements: [{ value: '<html>login</html>' }] }] });
  });

  test('that is empty is Successful', async () => {
    expect(await answering('').judged([webMetric({ successCondition: 'false' })])).toMatchObject({ phase: 'Successful' });
  });

  test('with status 500 for ever: five errors ten seconds apart, then Error (V36)', async () => {
    const w = answering('down', 500);
    const status = await w.judged([webMetric({ successCondition: 'result.c < 1', interval: '1s', count: 3 })]);
    expect(status).toMatchObject({
      phase: 'Error',
      message:
        'Metric "scan" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: received non 2xx response code: 500"',
      runSummary: { count: 1, error: 1 },
      metricResults: [{ phase: 'Error', error: 5, consecutiveError: 5 }],
    });
    expect(w.result('scan').count).toBeUndefined();
    const gaps = w.requests.slice(1).map(({ atMs }, index) => Math.round((atMs - w.requests[index]!.atMs) / SECOND));
    expect(gaps).toEqual([10, 10, 10, 10]);
    expect(w.told()).toEqual([
      "Warning MetricError: Metric 'scan' Completed. Result: Error",
      'Warning AnalysisRunError: Analysis Completed. Result: Error',
    ]);
  });

  test('with status 500 three times and then a good one is Successful (V37)', async () => {
    const w = new AnalysisWorld();
    w.answer = () => (w.requests.length <= 3 ? { status: 500 } : { body: '{"c":0}' });
    expect(await w.judged([webMetric({ successCondition: 'result.c < 1' })])).toMatchObject({
      phase: 'Successful',
      metricResults: [{ count: 1, successful: 1, error: 3, measurements: [{}, {}, {}, { phase: 'Successful', value: '{"c":0}' }] }],
    });
    expect(w.result('scan').consecutiveError).toBeUndefined();
  });

  test('without conditions is Successful for any JSON (V38)', async () => {
    expect(await answering('{"criticals": 12}').judged([webMetric()])).toMatchObject({ phase: 'Successful' });
  });

  test.each([
    [0, 'Successful'],
    [3, 'Inconclusive'],
    [6, 'Failed'],
  ])('with c = %d between two conditions is %s (V39)', async (c, phase) => {
    const w = answering(JSON.stringify({ c }));
    const status = await w.judged([webMetric({ successCondition: 'result.c < 1', failureCondition: 'result.c > 5' })]);
    expect(status.phase).toBe(phase);
  });

  test('of which one condition speaks is judged by it alone', async () => {
    expect((await answering('5').judged([webMetric({ successCondition: 'result < 1' })])).phase).toBe('Failed');
    expect((await answering('5').judged([webMetric({ failureCondition: 'result > 5' })])).phase).toBe('Successful');
  });

  test('that a condition does not fit is an error (V46)', async () => {
    const w = answering('"text"');
    expect(await measured(w, webMetric({ successCondition: 'result' }))).toMatchObject({
      phase: 'Error',
      message: 'could not evaluate successCondition "result": expected bool, but got string',
    });
  });

  test('that is an empty list says so when a condition fails on it', async () => {
    const { message } = await measured(answering('[]'), webMetric({ failureCondition: 'result[0] > 1' }));
    expect(message).toBe(
      'could not evaluate failureCondition "result[0] > 1": metric result is nil or empty: no data returned from the metric provider',
    );
  });

  test('is looked into by jsonPath', async () => {
    const w = answering('{"summary":{"critical":2},"note":"<b>"}');
    expect(await measured(w, webMetric({ successCondition: 'result == 2' }, { jsonPath: '{$.summary.critical}' }))).toMatchObject({
      phase: 'Successful',
      value: '2',
    });
    w.begin([webMetric({}, { jsonPath: '{$.summary.high}' })], {}, 'absent');
    await w.until(() => w.status('absent').metricResults !== undefined);
    expect(w.status('absent').metricResults![0]!.measurements![0]).toMatchObject({
      phase: 'Error',
      message: 'Could not find JSONPath in body: high is not found',
    });
  });

  test('that is null produces no value', async () => {
    expect(await measured(answering('null'), webMetric())).toMatchObject({
      phase: 'Error',
      message: 'result of web metric produced no value',
    });
  });
});

describe('while an answer is awaited', () => {
  test('nothing is written, and what happens is looked at afterwards', async () => {
    const w = answering('{}');
    w.answersAfterMs = 8 * SECOND;
    w.begin([webMetric({ interval: '1s', count: 5 })]);
    await w.wait(4 * SECOND);
    expect(w.status().phase).toBe('');
    w.terminate();
    await w.wait(2 * SECOND);
    expect(w.status().phase).toBe('');
    await w.untilJudged();
    expect(w.requests).toHaveLength(1);
    expect(w.status()).toMatchObject({ phase: 'Successful', message: 'Run Terminated', metricResults: [{ count: 1 }] });
  });

  test('the run may go away', async () => {
    const w = answering('{}');
    w.answersAfterMs = 8 * SECOND;
    w.begin([webMetric()]);
    await w.wait(4 * SECOND);
    w.api.delete('analysisruns.argoproj.io', 'lab', 'run');
    await w.wait(60 * SECOND);
    expect(w.requests).toHaveLength(1);
  });

  test('the controller may stop, and measures again when it starts', async () => {
    const w = answering('{}');
    w.answersAfterMs = 8 * SECOND;
    w.begin([webMetric()]);
    await w.wait(4 * SECOND);
    w.cluster.stop();
    await w.wait(60 * SECOND);
    expect(w.status().phase).toBe('');
    w.cluster.start();
    await w.untilJudged();
    expect(w.result('scan').count).toBe(1);
  });
});

test('a run in initialDelay that is terminated is Successful, though nothing was measured (V55)', async () => {
  const w = answering('{"c": 9}');
  w.begin([webMetric({ initialDelay: '60s', successCondition: 'result.c == 0' })]);
  await w.wait(5 * SECOND);
  expect(w.status()).toMatchObject({ phase: 'Running', runSummary: { count: 1 } });
  w.terminate();
  await w.untilJudged();
  expect(w.status()).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
  expect(w.requests).toEqual([]);
});

test('initialDelay and interval space the measurements', async () => {
  const w = answering('{}');
  const startMs = w.clock.now();
  await w.judged([webMetric({ initialDelay: '20s', interval: '30s', count: 3 })]);
  expect(w.requests.map(({ atMs }) => Math.round((atMs - startMs) / SECOND))).toEqual([20, 50, 80]);
});

test('a secret in an error message is made unreadable (V47)', async () => {
  const w = answering('{"token":"hunter2"}');
  w.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'scanner', namespace: 'lab' },
    stringData: { token: 'hunter2' },
  });
  const metric = webMetric(
    { successCondition: 'result.hunter2 > 1' },
    { headers: [{ key: 'Authorization', value: 'Bearer {{args.token}}' }], jsonPath: '{.{{args.token}}}' },
  );
  w.begin([metric], { args: [{ name: 'token', valueFrom: { secretKeyRef: { name: 'scanner', key: 'token' } } }] });
  await w.until(() => w.status().metricResults !== undefined);
  expect(w.requests[0]!.request.headers['authorization']).toBe('Bearer hunter2');
  expect(w.result('scan').measurements![0]!.message).toBe('Could not find JSONPath in body: ***** is not found');
  expect(w.run().spec.args).toEqual([{ name: 'token', valueFrom: { secretKeyRef: { name: 'scanner', key: 'token' } } }]);
});
