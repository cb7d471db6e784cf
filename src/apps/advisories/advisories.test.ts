import { describe, expect, test } from 'vitest';
import { Advisories, type AdvisoriesOptions, type AdvisoriesResponse } from './advisories.ts';

const LIST = {
  'lab/shop:1.0': [],
  'lab/shop:1.3': [
    { id: 'LAB-1', severity: 'critical', title: 'bad' },
    { id: 'LAB-2', severity: 'low', title: 'meh' },
  ],
};

const logged: string[] = [];

function ask(target: string, options: Partial<AdvisoriesOptions> & { method?: string; accept?: string } = {}): AdvisoriesResponse {
  const { method = 'GET', accept, ...parts } = options;
  const service = new Advisories({
    env: {},
    nowMs: () => 0,
    readFile: (path) => (path === '/data/advisories.json' ? JSON.stringify(LIST) : undefined),
    log: (line) => void logged.push(line),
    ...parts,
  });
  return service.handle({ method, target, headers: accept === undefined ? {} : { accept } });
}

describe('a report', () => {
  test('counts what is known against an image', () => {
    const { status, headers, body } = ask('/report?image=lab/shop:1.3');
    expect({ status, type: headers['content-type'], report: JSON.parse(body) as unknown }).toEqual({
      status: 200,
      type: 'application/json',
      report: { image: 'lab/shop:1.3', critical: 1, high: 0, medium: 0, low: 1, advisories: LIST['lab/shop:1.3'] },
    });
    expect(JSON.parse(ask('/report?image=lab%2Fshop%3A1.0').body)).toMatchObject({ critical: 0, advisories: [] });
  });

  test.each(['', 'lab/shop:9', 'constructor'])('of %j, which is not known, is no report', (image) => {
    expect(ask(`/report?image=${image}`)).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } });
  });

  test.each([undefined, 'no JSON'])('without a list, such as %j, is no report', (text) => {
    expect(ask('/report?image=lab/shop:1.0', { readFile: () => text })).toMatchObject({ status: 503 });
  });

  test('comes from the list that the environment names', () => {
    const readFile = (path: string): string | undefined => (path === '/mine' ? '{"a:1":[]}' : undefined);
    expect(ask('/report?image=a:1', { env: { ADVISORIES_FILE: '/mine' }, readFile }).status).toBe(200);
  });
});

describe('in maintenance', () => {
  const env = { MAINTENANCE: 'on' };

  test('every page says that all is well, except to those who ask for JSON', () => {
    for (const target of ['/', '/report?image=lab/shop:1.3', '/nowhere'])
      expect(ask(target, { env, accept: '*/*' })).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(ask('/report?image=lab/shop:1.3', { env, accept: 'application/json' })).toMatchObject({ status: 503 });
  });

  test('the process is still alive', () => {
    expect(ask('/healthz', { env }).body).toBe('ok\n');
  });
});

test('other requests are answered as one would expect, and logged', () => {
  logged.length = 0;
  expect(ask('/').status).toBe(200);
  expect(ask('/nowhere').status).toBe(404);
  expect(ask('/report', { method: 'POST' }).status).toBe(405);
  expect(ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  expect(logged.map((line) => (JSON.parse(line) as { status: number }).status)).toEqual([200, 404, 405, 200]);
});
