import { describe, expect, test } from 'vitest';
import { runInBox, shopNetwork, type BoxOptions, type BoxResult } from './testing/nuclei-box.ts';
import { asConfigMap, templateText, wordRequest } from './testing/rules.ts';

const TARGET = 'http://shop-preview.lab.svc.cluster.local';
const LIVENESS = templateText('shop-answers', wordRequest('/version', '"release"'), { tags: 'liveness' });
const DEBUG = templateText('debug-endpoint', wordRequest('/debug/vars', 'PAYMENT_API_KEY'), { tags: 'intrusive' });
const RULES = { '/rules/shop-answers.yaml': LIVENESS, '/rules/debug-endpoint.yaml': DEBUG };

function scan(args: readonly string[], options: BoxOptions = {}): Promise<BoxResult> {
  return runInBox(['nuclei', '-duc', '-ni', '-silent', '-nc', '-u', TARGET, '-t', '/rules', ...args], { files: RULES, ...options });
}

describe('nuclei', () => {
  test('prints findings and exits with 0', async () => {
    const { stdout, stderr, end } = await scan([], { network: shopNetwork('1.2') });
    expect(stdout).toBe(`[debug-endpoint] [http] [low] ${TARGET}/debug/vars\n[shop-answers] [http] [low] ${TARGET}/version\n`);
    expect({ stderr, end }).toEqual({ stderr: '', end: { kind: 'exited', code: 0 } });
  });

  test('exits with 0 when it finds nothing', async () => {
    const { stdout, end } = await scan(['-tags', 'intrusive'], { network: shopNetwork('1.1') });
    expect({ stdout, end }).toEqual({ stdout: '', end: { kind: 'exited', code: 0 } });
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ECONNRESET', 'silence'] as const)(
    'exits with 0 and says that it found nothing when the target gives %s',
    async (outcome) => {
      const { stdout, stderr, end } = await runInBox(['nuclei', '-duc', '-nc', '-u', TARGET, '-t', '/rules'], {
        files: RULES,
        network: () => outcome,
      });
      expect(end).toEqual({ kind: 'exited', code: 0 });
      expect(stdout).toBe('[WRN] Loading 2 unsigned templates for scan. Use with caution.\n');
      expect(stderr).toMatch(/\[INF\] Scan completed in \S+\. No results found\.\n$/);
    },
  );

  test('exits with 1 when there is nothing to run', async () => {
    const { stdout, stderr, end } = await scan(['-tags', 'nothing']);
    expect({ stdout, end }).toEqual({ stdout: '', end: { kind: 'exited', code: 1 } });
    expect(stderr).toBe('[FTL] Could not run nuclei: no templates provided for scan\n');
  });

  test('exits with 2 for a flag that it does not have, and says so where findings go', async () => {
    const { stdout, stderr, end } = await runInBox(['nuclei', '-tag', 'x']);
    expect({ stdout, stderr, end }).toEqual({
      stdout: 'flag provided but not defined: -tag\n',
      stderr: '',
      end: { kind: 'exited', code: 2 },
    });
  });

  test('writes one JSON line for each finding, to the screen and to the file', async () => {
    const result = await scan(['-tags', 'intrusive', '-jsonl', '-o', '/tmp/found.jsonl'], { network: shopNetwork('1.2') });
    expect(result.fileText('/tmp/found.jsonl')).toBe(result.stdout);
    expect(JSON.parse(result.stdout)).toMatchObject({
      'template-id': 'debug-endpoint',
      'template-path': '/rules/debug-endpoint.yaml',
      info: { name: 'Test debug-endpoint', author: ['lab'], tags: ['intrusive'], severity: 'low' },
      type: 'http',
      host: 'shop-preview.lab.svc.cluster.local',
      port: '80',
      scheme: 'http',
      url: TARGET,
      'matched-at': `${TARGET}/debug/vars`,
      'matcher-status': true,
    });
  });

  test('leaves an empty file when there are no findings', async () => {
    const result = await scan(['-tags', 'intrusive', '-o', '/tmp/found.txt'], { network: shopNetwork('1.1') });
    expect(result.fileText('/tmp/found.txt')).toBe('');
  });

  test('gives the same bytes every time', async () => {
    const [first, second] = [
      await scan(['-jsonl'], { network: shopNetwork('1.9') }),
      await scan(['-jsonl'], { network: shopNetwork('1.9') }),
    ];
    expect(second.stdout).toBe(first.stdout);
  });

  test('loads every rule of a ConfigMap twice, but sends their shared request once', async () => {
    const files = asConfigMap('/rules', { 'debug-endpoint.yaml': DEBUG });
    const { stdout, requests } = await scan([], { files, network: shopNetwork('1.2') });
    expect(stdout).toBe(`[debug-endpoint] [http] [low] ${TARGET}/debug/vars\n`.repeat(2));
    expect(requests).toHaveLength(1);
  });

  test('passes for a browser unless the template says otherwise', async () => {
    const own = `${wordRequest('/version', 'x')}    headers:\n      User-Agent: lab-scanner\n`;
    const files = { '/rules/a.yaml': templateText('a', wordRequest('/version', 'x')), '/rules/b.yaml': templateText('b', own) };
    const { requests } = await scan([], { files, network: shopNetwork('1.0') });
    const agents = requests.map(({ headers }) => headers['user-agent']);
    expect(agents).toContain('lab-scanner');
    expect(agents.filter((agent) => agent !== 'lab-scanner')).toEqual([expect.stringMatching(/^Mozilla\/5\.0 \(/)]);
  });

  test('looks names up as they stand, without search domains', async () => {
    const { requests } = await scan(['-tags', 'liveness'], { network: shopNetwork('1.0') });
    expect(requests.map(({ url, headers }) => [url, headers['host']])).toEqual([
      ['http://shop-preview.lab.svc.cluster.local./version', 'shop-preview.lab.svc.cluster.local'],
    ]);
  });

  test('keeps to the rate', async () => {
    const paths = ['/1', '/2', '/3', '/4', '/5'].map((path) => `      - "{{BaseURL}}${path}"\n`).join('');
    const files = { '/rules/a.yaml': templateText('a', `  - method: GET\n    path:\n${paths}`) };
    const { requests, tookMs } = await scan(['-rl', '2'], { files, network: shopNetwork('1.0') });
    expect(requests).toHaveLength(5);
    expect(tookMs).toBeGreaterThanOrEqual(2000);
    expect(tookMs).toBeLessThan(3000);
  });

  test('gives up on a silent target after its time-out and a second, whatever the number of templates', async () => {
    const { tookMs } = await scan(['-timeout', '5'], { network: () => 'silence' });
    expect(tookMs).toBeGreaterThanOrEqual(6000);
    expect(tookMs).toBeLessThan(7000);
  });

  test('leaves a host alone after its port turned out to be closed', async () => {
    const { requests } = await scan(['-c', '1'], { network: () => 'ECONNREFUSED' });
    expect(requests).toHaveLength(1);
    const { requests: insistent } = await scan(['-c', '1', '-nmhe'], { network: () => 'ECONNREFUSED' });
    expect(insistent).toHaveLength(2);
  });

  test('scans a host without a scheme over what it answers to', async () => {
    const { stdout, requests } = await runInBox(
      ['nuclei', '-duc', '-silent', '-nc', '-u', '10.1.2.3', '-t', '/rules', '-tags', 'liveness'],
      {
        files: RULES,
        network: shopNetwork('1.0'),
      },
    );
    expect(stdout).toBe('[shop-answers] [http] [low] http://10.1.2.3/version\n');
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'HEAD https://10.1.2.3/',
      'HEAD http://10.1.2.3/',
      'GET http://10.1.2.3/version',
    ]);
  });

  test('ends when it is killed while it waits', async () => {
    const { end, tookMs } = await runInBox(['timeout', '3', 'nuclei', '-silent', '-u', TARGET, '-t', '/rules'], {
      files: RULES,
      commands: ['timeout'],
      network: () => 'silence',
    });
    expect(end).toEqual({ kind: 'exited', code: 124 });
    expect(tookMs).toBeLessThan(4000);
  });

  test('says that a template is broken only when it is verbose', async () => {
    const files = { ...RULES, '/rules/broken.yaml': templateText('broken', '  - mehtod: GET\n') };
    const quiet = await runInBox(['nuclei', '-duc', '-nc', '-u', TARGET, '-t', '/rules'], { files, network: shopNetwork('1.0') });
    expect(quiet.stderr).not.toContain('broken');
    const verbose = await runInBox(['nuclei', '-duc', '-nc', '-v', '-u', TARGET, '-t', '/rules'], { files, network: shopNetwork('1.0') });
    expect(verbose.stderr).toContain(
      '[WRN] Could not load template /rules/broken.yaml: yaml: unmarshal errors:\n  line 7: field mehtod not found in type http.Request\n',
    );
    expect(verbose.end).toEqual({ kind: 'exited', code: 0 });
  });
});

describe('what cannot be simulated is never a verdict', () => {
  const matcher = (lines: string): string => `  - method: GET\n    path:\n      - "{{BaseURL}}/"\n    matchers:\n${lines}`;
  const refused: [string, string][] = [
    ['a matcher of type dsl', templateText('x', matcher('      - type: dsl\n        dsl:\n          - status_code == 200\n'))],
    ['a matcher of type xpath', templateText('x', matcher('      - type: xpath\n        xpath:\n          - //a\n'))],
    [
      'an extractor of type json',
      templateText('x', `${wordRequest('/', 'x')}    extractors:\n      - type: json\n        json:\n          - .a\n`),
    ],
    ['payloads', templateText('x', `${wordRequest('/?q={{p}}', 'x')}    payloads:\n      p:\n        - 1\n`)],
    ['unsafe', templateText('x', `${wordRequest('/', 'x')}    unsafe: true\n`)],
    ['flow', templateText('x', wordRequest('/', 'x'), { rest: 'flow: http(1)\n' })],
    ['the protocol dns', templateText('x', wordRequest('/', 'x'), { rest: 'dns:\n  - name: "{{FQDN}}"\n    type: A\n' })],
    ['interactsh', templateText('x', wordRequest('/?q={{interactsh-url}}', 'x'))],
    ['the nuclei expression', templateText('x', wordRequest('/?q={{base64("x")}}'.replaceAll('"', "''"), 'x'))],
  ];

  test.each(refused)('%s', async (what, text) => {
    const { end } = await scan([], { files: { '/rules/x.yaml': text }, network: shopNetwork('1.0') });
    expect(end).toMatchObject({ kind: 'cannot-simulate', message: expect.stringContaining(what) as string });
  });

  test.each([['-w', '/x'], ['-headless'], ['-config', '/x'], ['-validate'], ['-dast']])('the flag %s', async (...flag) => {
    const { end } = await scan(flag, { network: shopNetwork('1.0') });
    expect(end).toMatchObject({ kind: 'cannot-simulate', message: expect.stringContaining('is not modelled') as string });
  });

  test('unless the template is filtered out', async () => {
    const dsl = templateText('x', matcher('      - type: dsl\n        dsl:\n          - status_code == 200\n'), { tags: 'fancy' });
    const { end } = await scan(['-tags', 'liveness'], { files: { ...RULES, '/rules/x.yaml': dsl }, network: shopNetwork('1.0') });
    expect(end).toEqual({ kind: 'exited', code: 0 });
  });
});
