import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examineMachine } from './examine-machine.ts';
import { connectMachine } from './machine.ts';

let folder: string;
let cacheFolder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-machine-'));
  cacheFolder = join(folder, 'cache');
  await mkdir(join(folder, 'bin'));
});

afterEach(() => rm(folder, { recursive: true }));

async function putKind(path: string, version: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\necho kind v${version} go1.24.0 linux/amd64\n`);
  await chmod(path, 0o755);
}

async function loadBundleWithKind(version: string): Promise<void> {
  await mkdir(join(cacheFolder, 'bundle/bin'), { recursive: true });
  await writeFile(join(cacheFolder, 'bundle/settings.json'), '{}');
  await putKind(join(cacheFolder, 'bundle/bin/kind'), version);
}

/** Which kind the machine has, by its version; and what an examination without a Docker has to say of it. */
async function kindHere(): Promise<{ version: string | undefined; complaints: string[] }> {
  const env = { PATH: join(folder, 'bin'), DOCKER_HOST: 'unix:///no/such/socket' };
  const { kind } = await connectMachine({ env, cacheFolder, onInterrupt: () => () => undefined });
  const { problems } = await examineMachine({ env, cacheFolder, configFile: join(folder, 'lab.config.yaml') });
  return { version: await kind.version(), complaints: problems.map(({ what }) => what).filter((what) => what.startsWith('kind ')) };
}

describe('the kind of this machine', () => {
  it('is the one that is installed, whatever a bundle brought', async () => {
    await putKind(join(folder, 'bin/kind'), '0.33.0');
    await loadBundleWithKind('0.9.0');
    expect(await kindHere()).toEqual({ version: '0.33.0', complaints: [] });
  });

  it('is the one of a bundle where none is installed', async () => {
    await loadBundleWithKind('0.32.0');
    expect(await kindHere()).toEqual({ version: '0.32.0', complaints: [] });
  });

  it('is missing where there is neither', async () => {
    expect(await kindHere()).toEqual({ version: undefined, complaints: ['kind is not installed'] });
  });
});
