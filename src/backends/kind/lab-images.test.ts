import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PretendDocker } from '../../../tests/support/pretend-machine.ts';
import { BASE_IMAGE, buildApps, provideScanner, pullMissing, type BuildPlace, type LabApp } from './lab-images.ts';
import { DEFAULT_SETTINGS, NUCLEI_IMAGE } from './settings.ts';

const APPS: LabApp[] = [{ image: 'lab/shop', name: 'shop', releases: ['1.0', '1.1'] }];

let folder: string;
let docker: PretendDocker;
let place: BuildPlace;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-images-'));
  for (const path of ['src/apps/shop', 'dist/src/apps/shop']) await mkdir(join(folder, path), { recursive: true });
  await writeFile(join(folder, 'src/apps/shop/Dockerfile'), 'FROM x');
  await writeFile(join(folder, 'dist/src/apps/shop/main.js'), '1');
  docker = new PretendDocker();
  place = { installFolder: folder, nodeImage: 'kindest/node:v1.34.0' };
});

afterEach(() => rm(folder, { recursive: true }));

describe('the images of the lab', () => {
  it('are built once, and anew when their files or their base have changed', async () => {
    await buildApps(docker, APPS, place, {});
    expect(docker.built).toEqual(['lab/shop:1.0', 'lab/shop:1.1']);
    await buildApps(docker, APPS, place, {});
    expect(docker.built).toHaveLength(2);
    await writeFile(join(folder, 'dist/src/apps/shop/main.js'), '2');
    await buildApps(docker, APPS, place, {});
    expect(docker.built).toHaveLength(4);
    docker.images.set(BASE_IMAGE, 'another');
    await buildApps(docker, APPS, place, {});
    expect(docker.built).toHaveLength(6);
  });

  it('are as good without their base, which a bundle does not bring', async () => {
    await buildApps(docker, APPS, place, {});
    docker.images.delete(BASE_IMAGE);
    await buildApps(docker, APPS, place, {});
    expect(docker.built).toHaveLength(2);
    expect(docker.images.has(BASE_IMAGE)).toBe(false);
  });

  it('are built anew when a package that goes into them has changed', async () => {
    await mkdir(join(folder, 'node_modules/yaml/dist'), { recursive: true });
    for (const path of ['yaml/dist/index.js', 'git.js']) await writeFile(join(folder, 'node_modules', path), '1');
    const apps = [{ ...APPS[0]!, packages: ['git.js', 'yaml'] }];
    await buildApps(docker, apps, place, {});
    await buildApps(docker, apps, place, {});
    expect(docker.built).toHaveLength(2);
    await writeFile(join(folder, 'node_modules/yaml/dist/index.js'), '2');
    await buildApps(docker, apps, place, {});
    expect(docker.built).toHaveLength(4);
  });

  it('are built anew for another node, if they have something of it', async () => {
    const apps = [{ ...APPS[0]!, hasNodeImage: true }];
    await buildApps(docker, apps, place, {});
    await buildApps(docker, apps, { ...place, nodeImage: `${place.nodeImage}@sha256:123` }, {});
    expect(docker.built).toHaveLength(2);
    await buildApps(docker, apps, { ...place, nodeImage: 'kindest/node:v1.34.4' }, {});
    expect(docker.built).toHaveLength(4);
    expect(docker.images.has('kindest/node:v1.34.4')).toBe(true);
  });

  it('are not built from nothing', async () => {
    await rm(join(folder, 'dist'), { recursive: true });
    await expect(buildApps(docker, APPS, place, {})).rejects.toMatchObject({ hint: 'Type `npm ci` in the folder of lab, and try again.' });
  });

  it('are pulled where they are missing, telling which', async () => {
    docker.images.set('here', 'x');
    await pullMissing(docker, ['here', 'there'], {});
    expect([...docker.images.keys()]).toEqual(['here', 'there']);
  });

  it('come from elsewhere under the name that scenarios use', async () => {
    await provideScanner(docker, { ...DEFAULT_SETTINGS, nucleiImage: 'mirror.example/nuclei:v3.4.10' }, {});
    expect(docker.images.get(NUCLEI_IMAGE)).toBe('sha256:mirror.example/nuclei:v3.4.10');
  });
});
