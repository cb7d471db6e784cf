import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RELEASES } from '../../apps/shop/releases.ts';
import { ClusterClock } from '../../system/clock.ts';
import type { HttpHandler, HttpResponse } from '../network/http.ts';
import { BuiltInCatalog, repositoryOf } from './built-in-catalog.ts';
import { formatImageReference, parseImageReference } from './image-reference.ts';

const catalog = new BuiltInCatalog();

describe('parseImageReference', () => {
  test.each([
    ['debian', 'docker.io/library/debian:latest'],
    ['lab/shop:1.0', 'docker.io/lab/shop:1.0'],
    ['docker.io/lab/shop', 'docker.io/lab/shop:latest'],
    ['index.docker.io/debian:x', 'docker.io/library/debian:x'],
    ['localhost/x', 'localhost/x:latest'],
    ['localhost:5000/a/b:c', 'localhost:5000/a/b:c'],
    ['ghcr.io/a/b_c--d.e:V1.0-x', 'ghcr.io/a/b_c--d.e:V1.0-x'],
    [`a/b@sha256:${'0'.repeat(64)}`, `docker.io/a/b@sha256:${'0'.repeat(64)}`],
    [`a/b:t@sha256:${'0'.repeat(64)}`, `docker.io/a/b:t@sha256:${'0'.repeat(64)}`],
  ])('%s is %s', (text, complete) => {
    expect(formatImageReference(parseImageReference(text))).toBe(complete);
  });

  test.each([
    ['Not A:Valid', 'invalid reference format: repository name (library/Not A) must be lowercase'],
    ['lab/Shop:1.0', 'invalid reference format: repository name (lab/Shop) must be lowercase'],
    ['', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['a:', 'invalid reference format'],
    ['a:b:c', 'invalid reference format'],
    ['a//b', 'invalid reference format'],
    ['-a', 'invalid reference format'],
    ['a@sha256:1', 'invalid reference format'],
    [`a:${'x'.repeat(129)}`, 'invalid reference format'],
    ['f'.repeat(64), `invalid repository name (${'f'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
    [`a/${'b'.repeat(300)}`, 'repository name must not be more than 255 characters'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseImageReference(text)).toThrow(new Error(message));
  });

  test('a complete name is read back as itself, and anything else never does more than throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'B', '0', ':', '/', '@', '.', '_', '-', ' ', 'é') }), (text) => {
        let complete: string;
        try {
          complete = formatImageReference(parseImageReference(text));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          return;
        }
        expect(formatImageReference(parseImageReference(complete))).toBe(complete);
      }),
    );
  });
});

describe('BuiltInCatalog', () => {
  test('has every release of the shop under each spelling of its name, and by digest', () => {
    for (const release of Object.keys(RELEASES)) {
      const image = catalog.resolve(`lab/shop:${release}`);
      expect(image?.env['RELEASE']).toBe(release);
      expect(catalog.resolve(`docker.io/lab/shop:${release}`)).toBe(image);
      expect(catalog.resolve(`lab/shop@${image!.digest}`)).toBe(image);
      expect(catalog.resolve(`lab/shop:anything@${image!.digest}`)).toBe(image);
    }
    expect(new Set(Object.keys(RELEASES).map((release) => catalog.resolve(`lab/shop:${release}`)?.digest)).size).toBe(
      Object.keys(RELEASES).length,
    );
  });

  test.each([
    'lab/shop',
    'lab/shop:9.9',
    'ghcr.io/lab/shop:1.0',
    'debian',
    'projectdiscovery/nuclei:latest',
    'Not A:Valid',
    '',
    '__proto__',
  ])('does not have %j', (reference) => {
    expect(catalog.resolve(reference)).toBeUndefined();
  });

  test('the scanner has a shell and the usual tools, but no curl or jq', () => {
    const { commands, entrypoint } = catalog.resolve('projectdiscovery/nuclei:v3.4.10')!;
    for (const command of ['nuclei', 'sh', 'bash', 'grep', 'sed', 'awk', 'sleep', 'timeout', 'wget']) expect(commands).toContain(command);
    for (const command of ['curl', 'jq', 'node']) expect(commands).not.toContain(command);
    expect(entrypoint).toEqual(['nuclei']);
    expect(repositoryOf(catalog.resolve('projectdiscovery/nuclei:v3.4.10')!)).toBe('docker.io/projectdiscovery/nuclei');
  });
});

describe('the shop as a server program', () => {
  function run(release: string, startedBeforeMs = 0) {
    const clock = new ClusterClock(1_000_000);
    const image = catalog.resolve(`lab/shop:${release}`)!;
    const ports = new Map<number, HttpHandler>();
    const lines: string[] = [];
    const exits: number[] = [];
    const server = image.servers[image.cmd.join(' ')]!({
      argv: image.cmd,
      env: image.env,
      hostname: 'shop-x',
      namespace: 'lab',
      clock,
      startedAtMs: clock.now() - startedBeforeMs,
      log: (line) => lines.push(line),
      listen: (port, handler) => ports.set(port, handler),
      exit: (code) => exits.push(code),
      fetch: async () => Promise.reject(new Error('nobody answers')),
      readFile: () => undefined,
      callApi: () => Promise.reject(new Error('the shop has no business with the API')),
      readRepository: () => Promise.resolve(undefined),
    });
    const get = (target: string): HttpResponse =>
      ports.get(8080)!({ method: 'GET', target, headers: {}, body: '', remoteIp: '10.244.0.1' }) as HttpResponse;
    return { clock, server, lines, exits, get };
  }

  test('serves, logs, drains after SIGTERM and exits', async () => {
    const { clock, server, lines, exits, get } = run('1.0');
    expect(get('/version').headers['x-release']).toBe('1.0');
    expect(lines).toHaveLength(2);
    server.terminate();
    expect(get('/readyz').status).toBe(503);
    await clock.advance({ deadlineMs: clock.now() + 2_999 });
    expect([get('/').status, exits]).toEqual([200, []]);
    await clock.advance({ deadlineMs: clock.now() + 1 });
    expect(exits).toEqual([0]);
  });

  test('a slow starter that was started long ago is ready at once when its cluster comes back', () => {
    expect(run('1.7').get('/readyz').status).toBe(503);
    expect(run('1.7', 20_000).get('/readyz').status).toBe(200);
  });
});
