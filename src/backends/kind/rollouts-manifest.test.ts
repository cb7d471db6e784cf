import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError, EnvironmentError } from '../../errors.ts';
import { imagesIn, keepManifest, readRolloutsManifest, rolloutsObjects } from './rollouts-manifest.ts';

const MANIFEST = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rollouts.argoproj.io}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: argo-rollouts}
spec: {template: {spec: {containers: [{name: c, image: 'quay.io/argoproj/argo-rollouts:v1.10.1'}]}}}
`;

let cacheFolder: string;
let server: Server;
let location: string;
let downloads: number;
let answer: { status: number; body: string };

beforeEach(async () => {
  cacheFolder = join(await mkdtemp(join(tmpdir(), 'lab-manifest-')), 'cache');
  downloads = 0;
  answer = { status: 200, body: MANIFEST };
  server = createServer((_request, response) => {
    downloads += 1;
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  location = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1.10.1/install.yaml`;
});

afterEach(async () => {
  server.close();
  await rm(join(cacheFolder, '..'), { recursive: true });
});

describe('the manifest of Argo Rollouts', () => {
  it('is downloaded once, and held against its checksum afterwards', async () => {
    expect(await readRolloutsManifest({ location, cacheFolder })).toBe(MANIFEST);
    expect(await readRolloutsManifest({ location, cacheFolder })).toBe(MANIFEST);
    expect(downloads).toBe(1);
    const [name] = (await readdir(cacheFolder)).filter((each) => each.endsWith('.yaml'));
    await writeFile(join(cacheFolder, name!), 'tampered with');
    const refused = readRolloutsManifest({ location, cacheFolder });
    await expect(refused).rejects.toThrow(EnvironmentError);
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining('rm ') as string });
    expect(downloads).toBe(1);
  });

  it('is downloaded anew when the first time was cut short', async () => {
    await keepManifest(cacheFolder, location, 'half');
    const [sum] = (await readdir(cacheFolder)).filter((each) => each.endsWith('.sha256'));
    await rm(join(cacheFolder, sum!));
    expect(await readRolloutsManifest({ location, cacheFolder })).toBe(MANIFEST);
    expect(await readFile(join(cacheFolder, sum!), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('says what to do when it cannot be had', async () => {
    answer = { status: 404, body: '' };
    const refused = readRolloutsManifest({ location, cacheFolder });
    await expect(refused).rejects.toThrow(CommandError);
    await expect(refused).rejects.toMatchObject({
      ending: 'HTTP status 404',
      hint: expect.stringContaining('LAB_ROLLOUTS_MANIFEST') as string,
    });
    server.close();
    server.closeAllConnections();
    await expect(readRolloutsManifest({ location, cacheFolder })).rejects.toMatchObject({
      ending: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('can be a file', async () => {
    await keepManifest(cacheFolder, location, MANIFEST);
    const file = join(
      cacheFolder,
      (await readdir(cacheFolder)).find((name) => name.endsWith('.yaml'))!,
    );
    expect(await readRolloutsManifest({ location: file, cacheFolder })).toBe(MANIFEST);
    await expect(readRolloutsManifest({ location: '/no/such/file', cacheFolder })).rejects.toThrow('there is no manifest');
  });

  it('names its objects and images', () => {
    const objects = rolloutsObjects(MANIFEST);
    expect(objects.map(({ kind }) => kind)).toEqual(['CustomResourceDefinition', 'Deployment']);
    expect(imagesIn(objects)).toEqual(['quay.io/argoproj/argo-rollouts:v1.10.1']);
    expect(() => rolloutsObjects('apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n')).toThrow('defines no Rollout');
  });
});
