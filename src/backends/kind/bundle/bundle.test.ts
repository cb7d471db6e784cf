import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PretendDocker } from '../../../../tests/support/pretend-machine.ts';
import { memoryIo } from '../../../../tests/support/memory-io.ts';
import { ROLLOUTS_MANIFEST } from '../../../../tests/support/rollouts-manifest.ts';
import { progressOn } from '../../../cli/steps.ts';
import { EnvironmentError } from '../../../errors.ts';
import { readBundled } from './bundled.ts';
import { createKindBundle, loadKindBundle, type BundleOptions } from './kind-bundles.ts';

const TEKTON_MANIFEST = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pipelineruns.tekton.dev}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tekton-pipelines-controller, namespace: tekton-pipelines}
spec: {template: {spec: {containers: [{name: c, image: 'ghcr.io/tektoncd/controller:v1.6.0@sha256:${'1'.repeat(64)}'}]}}}
`;
const installFolder = new URL('../../../..', import.meta.url).pathname;

let folder: string;
let file: string;
let there: PretendDocker;
let here: PretendDocker;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-bundle-'));
  file = join(folder, 'lab.tar');
  [there, here] = [new PretendDocker(), new PretendDocker()];
  await writeFile(join(folder, 'install.yaml'), ROLLOUTS_MANIFEST);
  for (const name of ['kind', 'kubectl']) {
    await writeFile(join(folder, name), `I am ${name}`);
    await chmod(join(folder, name), 0o755);
  }
});

afterEach(() => rm(folder, { recursive: true }));

const optionsFor = (docker: PretendDocker, over: Partial<BundleOptions> = {}): BundleOptions => ({
  file,
  env: { PATH: folder, LAB_ROLLOUTS_MANIFEST: join(folder, 'install.yaml') },
  configFile: join(folder, 'lab.config.yaml'),
  installFolder,
  cacheFolder: join(folder, 'cache'),
  progress: progressOn(memoryIo()),
  docker,
  ...over,
});

const create = (over: Partial<BundleOptions> = {}) => createKindBundle(optionsFor(there, over));
const load = () => loadKindBundle(optionsFor(here));

async function expectNothingLoaded(): Promise<void> {
  expect(here.loaded).toEqual([]);
  expect((await readdir(folder)).filter((name) => name === 'cache')).toEqual([]);
}

describe('a bundle', () => {
  it('brings images, manifest and programs to another machine', async () => {
    expect(await create()).toBe((await stat(file)).size);
    expect((await readdir(folder)).filter((name) => name.startsWith('lab.tar'))).toEqual(['lab.tar']);
    const { images, programs } = await load();
    expect(images).toEqual(
      expect.arrayContaining([
        'kindest/node:v1.34.0',
        'quay.io/argoproj/argo-rollouts:v1.10.1',
        'lab/shop:1.0',
        'projectdiscovery/nuclei:v3.4.10',
      ]),
    );
    expect(gunzipSync(here.loaded[0]!).toString()).toBe(`images: ${images.join(' ')}`);
    expect(await readFile(join(programs, 'kubectl'), 'utf8')).toBe('I am kubectl');
    const { settings, kindPath } = await readBundled(join(folder, 'cache'));
    expect(kindPath).toBe(join(programs, 'kind'));
    expect(settings.nodeImage).toBe('kindest/node:v1.34.0');
    expect(await readFile(settings.rolloutsManifest!, 'utf8')).toBe(ROLLOUTS_MANIFEST);
  });

  it('brings Tekton Pipelines along when it is wanted, and not otherwise', async () => {
    await writeFile(join(folder, 'release.yaml'), TEKTON_MANIFEST);
    const { env } = optionsFor(there);
    await create({ hasTekton: true, env: { ...env, LAB_TEKTON_MANIFEST: join(folder, 'release.yaml') } });
    const { images } = await load();
    expect(images).toEqual(expect.arrayContaining(['ghcr.io/tektoncd/controller:v1.6.0', 'lab/deployer:1.0']));
    const { settings } = await readBundled(join(folder, 'cache'));
    expect(await readFile(settings.tektonManifest!, 'utf8')).toBe(TEKTON_MANIFEST);
    await create();
    expect((await load()).images.filter((image) => /tekton|deployer/.test(image))).toEqual([]);
    expect((await readBundled(join(folder, 'cache'))).settings.tektonManifest).toBeUndefined();
  });

  it('can be loaded twice', async () => {
    await create();
    await load();
    await load();
    expect(here.loaded).toHaveLength(2);
  });

  it('needs kind and kubectl, and names all that are missing', async () => {
    await rm(join(folder, 'kind'));
    await rm(join(folder, 'kubectl'));
    await expect(create()).rejects.toMatchObject({ problems: [{ what: 'kind is not installed' }, { what: 'kubectl is not installed' }] });
    expect(await readdir(folder)).toEqual(['install.yaml']);
  });

  it('leaves nothing behind when it cannot be written', async () => {
    await expect(create({ file: join(folder, 'no', 'such', 'folder.tar') })).rejects.toThrow(EnvironmentError);
    expect((await readdir(folder)).sort()).toEqual(['install.yaml', 'kind', 'kubectl']);
  });
});

describe('a bundle that is not as it should be', () => {
  it('is refused when it is for another platform', async () => {
    await create();
    here.platform = 'linux/arm64';
    await expect(load()).rejects.toThrow('is for linux/amd64, and this machine is linux/arm64');
    await expectNothingLoaded();
  });

  it.each([0.3, 0.6, 0.9])('is refused when it breaks off after %d of it', async (part) => {
    const sizeBytes = await create();
    await truncate(file, Math.floor(sizeBytes * part));
    await expect(load()).rejects.toThrow('nothing of it was');
    await expectNothingLoaded();
  });

  it('is refused when a byte of a file in it has changed', async () => {
    await create();
    const bytes = await readFile(file);
    const position = bytes.indexOf('I am kubectl');
    bytes[position] = 'Y'.charCodeAt(0);
    await writeFile(file, bytes);
    await expect(load()).rejects.toThrow('the checksum of bin/kubectl in it differs');
    await expectNothingLoaded();
  });

  it('is refused when it is something else, or not there', async () => {
    await writeFile(file, 'hello '.repeat(500));
    await expect(load()).rejects.toThrow(EnvironmentError);
    await rm(file);
    await expect(load()).rejects.toThrow('cannot read');
    await expectNothingLoaded();
  });

  it('leaves no image behind when Docker gives up in the middle', async () => {
    await create();
    here.images.set('lab/shop:1.0', 'sha256:mine');
    here.beforeLoad = () => {
      here.images.set('lab/shop:1.1', 'sha256:new');
      return Promise.reject(new EnvironmentError('Docker does not answer'));
    };
    await expect(load()).rejects.toThrow('Docker does not answer');
    expect([...here.images.keys()]).toEqual(['lab/shop:1.0']);
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });
});
