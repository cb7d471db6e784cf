import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, readSettings } from './settings.ts';

let folder: string;
let configFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-settings-'));
  configFile = join(folder, 'lab.config.yaml');
});

afterEach(() => rm(folder, { recursive: true }));

describe('settings of a kind cluster', () => {
  it('are pinned unless something is said', async () => {
    expect(await readSettings({ env: {}, configFile })).toEqual(DEFAULT_SETTINGS);
    await writeFile(configFile, '');
    expect(await readSettings({ env: {}, configFile })).toEqual(DEFAULT_SETTINGS);
  });

  it('come from flags before the environment before the file before a bundle', async () => {
    await writeFile(
      configFile,
      'kind:\n  nodeImage: from-file\n  rolloutsManifest: from-file\n  nucleiImage: from-file\n  apiPort: 6000\n',
    );
    const bundled = { nodeImage: 'from-bundle', rolloutsManifest: 'from-bundle', tektonManifest: 'from-bundle' };
    const env = { LAB_NODE_IMAGE: 'from-env', LAB_ROLLOUTS_MANIFEST: 'from-env' };
    expect(await readSettings({ env, configFile, bundled, flags: { nodeImage: 'from-flag' } })).toEqual({
      nodeImage: 'from-flag',
      rolloutsManifest: 'from-env',
      tektonManifest: 'from-bundle',
      nucleiImage: 'from-file',
      apiPort: 6000,
    });
    await rm(configFile);
    expect(await readSettings({ env: {}, configFile, bundled })).toMatchObject(bundled);
  });

  it.each([
    ['kind:\n  nodeimage: x\n', 'there is no setting kind.nodeimage; did you mean kind.nodeImage?'],
    ['kinds: {}\n', 'there is no setting kinds; did you mean kind?'],
    ['kind:\n  apiPort: 70000\n', 'kind.apiPort is not a port'],
    ['kind:\n  nodeImage: 4\n', 'kind.nodeImage is not text'],
    ['kind: [1]\n', 'kind is not a map of settings'],
    ['- 1\n', 'it is not a map of settings'],
    ['kind: {', 'Flow map'],
  ])('%j is refused', async (text, message) => {
    await writeFile(configFile, text);
    const refused = readSettings({ env: {}, configFile });
    await expect(refused).rejects.toMatchObject({ code: 'E_SCENARIO', problems: [{ file: configFile }] });
    const { problems } = (await refused.catch((error: unknown) => error)) as { problems: { message: string }[] };
    expect(problems[0]!.message).toContain(message);
  });
});
