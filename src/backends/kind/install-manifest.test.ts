import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PretendDocker } from '../../../tests/support/pretend-machine.ts';
import { ROLLOUTS_MANIFEST } from '../../../tests/support/rollouts-manifest.ts';
import { CommandError, EnvironmentError } from '../../errors.ts';
import { ARGO_ROLLOUTS, installationOf, keepManifest, provideManifestImages, readManifest, TEKTON } from './install-manifest.ts';

let cacheFolder: string;
let server: Server;
let location: string;
let downloads: number;
let answer: { status: number; body: string };

beforeEach(async () => {
  cacheFolder = join(await mkdtemp(join(tmpdir(), 'lab-manifest-')), 'cache');
  downloads = 0;
  answer = { status: 200, body: ROLLOUTS_MANIFEST };
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
    expect(await readManifest(ARGO_ROLLOUTS, { location, cacheFolder })).toBe(ROLLOUTS_MANIFEST);
    expect(await readManifest(ARGO_ROLLOUTS, { location, cacheFolder })).toBe(ROLLOUTS_MANIFEST);
    expect(downloads).toBe(1);
    const [name] = (await readdir(cacheFolder)).filter((each) => each.endsWith('.yaml'));
    await writeFile(join(cacheFolder, name!), 'tampered with');
    const refused = readManifest(ARGO_ROLLOUTS, { location, cacheFolder });
    await expect(refused).rejects.toThrow(EnvironmentError);
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining('rm ') as string });
    expect(downloads).toBe(1);
  });

  it('is downloaded anew when the first time was cut short', async () => {
    await keepManifest(ARGO_ROLLOUTS, cacheFolder, location, 'half');
    const [sum] = (await readdir(cacheFolder)).filter((each) => each.endsWith('.sha256'));
    await rm(join(cacheFolder, sum!));
    expect(await readManifest(ARGO_ROLLOUTS, { location, cacheFolder })).toBe(ROLLOUTS_MANIFEST);
    expect(await readFile(join(cacheFolder, sum!), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  it('says what to do when it cannot be had', async () => {
    answer = { status: 404, body: '' };
    const refused = readManifest(ARGO_ROLLOUTS, { location, cacheFolder });
    await expect(refused).rejects.toThrow(CommandError);
    await expect(refused).rejects.toMatchObject({
      ending: 'HTTP status 404',
      hint: expect.stringContaining('LAB_ROLLOUTS_MANIFEST') as string,
    });
    server.close();
    server.closeAllConnections();
    await expect(readManifest(ARGO_ROLLOUTS, { location, cacheFolder })).rejects.toMatchObject({
      ending: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('can be a file', async () => {
    await keepManifest(ARGO_ROLLOUTS, cacheFolder, location, ROLLOUTS_MANIFEST);
    const file = join(
      cacheFolder,
      (await readdir(cacheFolder)).find((name) => name.endsWith('.yaml'))!,
    );
    expect(await readManifest(ARGO_ROLLOUTS, { location: file, cacheFolder })).toBe(ROLLOUTS_MANIFEST);
    await expect(readManifest(ARGO_ROLLOUTS, { location: '/no/such/file', cacheFolder })).rejects.toThrow('there is no manifest');
  });

  it('names its objects, its namespace among them, and images', () => {
    const { objects, images } = installationOf(ARGO_ROLLOUTS, ROLLOUTS_MANIFEST);
    expect(objects.map(({ kind }) => kind)).toEqual(['Namespace', 'CustomResourceDefinition', 'Deployment']);
    const name = 'quay.io/argoproj/argo-rollouts:v1.10.1';
    expect(images).toEqual([{ source: name, tag: name }]);
    const other = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n';
    expect(() => installationOf(ARGO_ROLLOUTS, other)).toThrow('defines no Rollout');
  });
});

describe('the manifest of Tekton Pipelines', () => {
  const [one, two] = ['1'.repeat(64), '2'.repeat(64)];
  const tekton = `apiVersion: v1
kind: Namespace
metadata: {name: tekton-pipelines, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pipelineruns.tekton.dev}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tekton-pipelines-controller, namespace: tekton-pipelines}
spec:
  template:
    spec:
      containers:
        - name: c
          image: 'ghcr.io/tektoncd/controller:v1.6.0@sha256:${one}'
          args: ['-entrypoint-image', 'ghcr.io/tektoncd/entrypoint:v1.6.0', '-shell-image', 'cgr.dev/busybox@sha256:${two}', '-shell-image-win', 'windows']
`;
  const named = {
    [`ghcr.io/tektoncd/controller:v1.6.0@sha256:${one}`]: 'ghcr.io/tektoncd/controller:v1.6.0',
    'ghcr.io/tektoncd/entrypoint:v1.6.0': 'ghcr.io/tektoncd/entrypoint:v1.6.0',
    [`cgr.dev/busybox@sha256:${two}`]: 'cgr.dev/busybox:sha256-222222222222',
  };

  it('names also the images that its controller runs, all of them by a tag, which is what the controller is told', () => {
    const { objects, images } = installationOf(TEKTON, tekton);
    expect(Object.fromEntries(images.map(({ source, tag }) => [source, tag]))).toEqual(named);
    expect(objects.filter(({ kind }) => kind === 'Namespace')).toHaveLength(1);
    expect(objects.at(-1)).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                image: 'ghcr.io/tektoncd/controller:v1.6.0',
                args: [
                  '-entrypoint-image',
                  'ghcr.io/tektoncd/entrypoint:v1.6.0',
                  '-shell-image',
                  'cgr.dev/busybox:sha256-222222222222',
                  '-shell-image-win',
                  'windows',
                ],
              },
            ],
          },
        },
      },
    });
  });

  it('has its images pulled as it says and kept under their tags, unless they are here', async () => {
    const docker = new PretendDocker();
    docker.images.set('ghcr.io/tektoncd/entrypoint:v1.6.0', 'mine');
    await provideManifestImages(docker, installationOf(TEKTON, tekton).images, {});
    expect([...docker.images.keys()].sort()).toEqual([...new Set([...Object.keys(named), ...Object.values(named)])].sort());
    expect(docker.images.get('ghcr.io/tektoncd/entrypoint:v1.6.0')).toBe('mine');
    docker.beforeImage = () => Promise.reject(new Error('nothing is left to pull'));
    await provideManifestImages(docker, installationOf(TEKTON, tekton).images, {});
  });

  it('is none where no PipelineRun is defined', () => {
    expect(() => installationOf(TEKTON, ROLLOUTS_MANIFEST)).toThrow('the manifest of Tekton Pipelines defines no PipelineRun');
  });
});
