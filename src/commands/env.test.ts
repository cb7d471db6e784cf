import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLab } from '../../tests/support/command-lab.ts';
import { UsageError } from '../errors.ts';
import { env } from './env.ts';

let lab: CommandLab;

beforeEach(async () => {
  lab = await CommandLab.open();
});

afterEach(() => lab.close());

describe('lab env', () => {
  it.each([
    ['sh', (path: string) => `export KUBECONFIG=${path}\n`],
    ['fish', (path: string) => `set -gx KUBECONFIG '${path}'\n`],
    ['powershell', (path: string) => `$env:KUBECONFIG = '${path}'\n`],
  ])('points a %s at the cluster', async (shell, expected) => {
    await lab.start();
    lab.io.out = '';
    await env(lab.context, { shell });
    expect(lab.io.out).toBe(expected(join(lab.folder, 'home/kubeconfig')));
  });

  it('quotes what a shell would take apart', async () => {
    await lab.start();
    lab.io.out = '';
    await env({ ...lab.context, paths: { ...lab.context.paths, kubeconfig: "/a b/it's/$HOME" } }, { shell: 'sh' });
    expect(lab.io.out).toBe(`export KUBECONFIG='/a b/it'\\''s/$HOME'\n`);
  });

  it('refuses a shell it does not know', async () => {
    await lab.start();
    await expect(env(lab.context, { shell: 'powershel' })).rejects.toThrow('did you mean "powershell"?');
    await expect(env(lab.context, { shell: 'constructor' })).rejects.toThrow(UsageError);
  });
});
