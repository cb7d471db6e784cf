import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Learner } from '../support/lab-process.ts';

const repository = new URL('../../', import.meta.url).pathname;
const printer = new URL('../support/print-loaded-modules.js', import.meta.url).href;
const course = `${repository}tests/course`;

let learner: Learner;

beforeAll(async () => {
  learner = await Learner.arrive({ LAB_COURSE: course });
  await learner.lab('start', 'tiny-1');
});

afterAll(() => learner.leave());

/** Paths of the modules that a command loads, relative to the repository, packages by their name. */
function modulesOf(...words: string[]): string[] {
  const { stderr, status } = spawnSync(process.execPath, ['--import', printer, `${repository}dist/src/main.js`, ...words], {
    cwd: learner.folder,
    env: learner.env,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const urls = [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url]) => url!);
  return urls.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url.replace(`file://${repository}dist/`, ''));
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
