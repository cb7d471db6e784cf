import { spawnSync } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Learner } from '../support/lab-process.ts';

const repository = new URL('../../', import.meta.url).pathname;
const printer = new URL('../support/print-loaded-modules.js', import.meta.url).href;
const course = `${repository}tests/course`;

/** Node does this from 22.8 on. */
const canKeepCompiled = 'enableCompileCache' in nodeModule;
if (!canKeepCompiled) console.warn(`skipped: Node ${process.version} keeps nothing of the modules that it has read; 22.8 and later do`);

let learner: Learner;

beforeAll(async () => {
  learner = await Learner.arrive({ LAB_COURSE: course });
  await learner.lab('start', 'tiny-1');
});

afterAll(() => learner.leave());

/** Addresses of the modules that a command loads when `lab` is run from that folder of dist. */
function addressesOf(folder: 'src' | 'lab', ...words: string[]): string[] {
  const { stderr, status } = spawnSync(process.execPath, ['--import', printer, `${repository}dist/${folder}/main.js`, ...words], {
    cwd: learner.folder,
    env: learner.env,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url]) => url!);
}

/** Paths of the modules that a command loads, relative to the repository, packages by their name. */
function modulesOf(...words: string[]): string[] {
  return addressesOf('src', ...words).map(
    (url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url.replace(`file://${repository}dist/`, ''),
  );
}

const HEAVY = ['listr2', 'inquirer', 'typebox', 'ajv', 'lmdb', 'selfsigned'];

describe('a command loads what it needs', () => {
  it.each([[['status']], [['hint', '--again']], [['check', '--help']], [['--version']], [['rollout', 'get']], [['env']]])('%j', (words) => {
    const modules = modulesOf(...words);
    expect(modules).toContain('src/cli/program.js');
    expect(modules.filter((name) => HEAVY.includes(name) || name.startsWith('src/embedded/'))).toEqual([]);
  });

  it.each([[['status']], [['--version']], [['env']], [['check', '--help']]])('%j reads no YAML', (words) => {
    expect(modulesOf(...words)).not.toContain('yaml');
  });

  it('shows help without a command’s code', () => {
    expect(modulesOf('--help').filter((name) => name.startsWith('src/commands/'))).toEqual([]);
  });
});

describe('lab as it is run', () => {
  it.each([[['status']], [['rollout', 'get']], [['--version']], [['env']]])('%j reads few files, and little', async (words) => {
    const files = addressesOf('lab', ...words).filter((url) => url.startsWith(`file://${repository}dist/`));
    const sizes = await Promise.all(files.map(async (url) => (await stat(fileURLToPath(url))).size));
    expect(files.length).toBeLessThan(40);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
  });

  it('tells with --verbose in which module a mistake was found, not in which bundle', async () => {
    const { stderr } = await learner.lab('start', 'nope', '--verbose');
    expect(stderr).toContain('at unknownName (dist/src/commands/scenario-ids.js:');
  });

  it.skipIf(!canKeepCompiled)('keeps what Node makes of its modules, and is well where it cannot', async () => {
    const XDG_CACHE_HOME = join(learner.folder, 'cache');
    await learner.with({ XDG_CACHE_HOME }).mustSucceed('list');
    expect(await readdir(join(XDG_CACHE_HOME, 'ship-safely-lab/compiled'))).toHaveLength(1);
    await learner.with({ XDG_CACHE_HOME: '/dev/null' }).mustSucceed('list');
  });
});
