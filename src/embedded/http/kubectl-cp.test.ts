import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasKubectl, kubectlSession } from '../../../tests/support/kubectl-session.ts';

const session = kubectlSession();
const { kubectl, ok } = session;

beforeAll(async () => {
  if (!hasKubectl) return;
  await ok('wait sa/default --for=create --timeout=20s');
  const spec = { containers: [{ name: 'main', image: 'debian:bookworm-slim', command: ['sleep', '3600'] }] };
  await ok('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'box' }, spec }));
  await ok('wait pod/box --for=condition=Ready --timeout=15s');
});

/** Runs a script in the pod; answers what it prints. */
function sh(script: string): Promise<string> {
  return ok(['exec', 'box', '--', 'sh', '-c', script]);
}

describe.runIf(hasKubectl)('kubectl cp', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubectl-cp-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('brings files into a pod and out of it again, with their names and bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    const longName = `${'name-'.repeat(22)}ä`;
    await mkdir(join(folder, 'in/deep'), { recursive: true });
    await writeFile(join(folder, 'in/bytes'), bytes);
    await writeFile(join(folder, 'in/deep', longName), 'deep');
    await ok(`cp ${folder}/in box:/tmp/there`);
    expect(await sh('cd /tmp/there && find . -type f | wc -l && wc -c <bytes')).toBe('2\n70000\n');
    await ok(`cp box:/tmp/there ${folder}/out`);
    expect(await readFile(join(folder, 'out/bytes'))).toEqual(bytes);
    expect(await readFile(join(folder, 'out/deep', longName), 'utf8')).toBe('deep');
  });

  it('brings one file, in place of another', async () => {
    await writeFile(join(folder, 'new'), 'new\n');
    await sh('echo old >/tmp/one');
    await ok(`cp ${folder}/new box:/tmp/one`);
    expect(await sh('cat /tmp/one')).toBe('new\n');
  });

  // Why not the other way, too: kubectl says nothing of a file that is not there when it hears of the end first.
  it('leaves a directory of somebody else as it is', async () => {
    const spec = {
      containers: [{ name: 'main', image: 'debian:bookworm-slim', command: ['sleep', '3600'], securityContext: { runAsUser: 1000 } }],
    };
    await ok('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'guest' }, spec }));
    await ok('wait pod/guest --for=condition=Ready --timeout=15s');
    const script = 'mkdir /tmp/x; cd /tmp/x; echo a >a; tar cf ../x.tar .; tar xf ../x.tar -C /tmp; echo $?; cat /tmp/a; stat -c %a /tmp';
    const { stdout, stderr } = await kubectl(['exec', 'guest', '--', 'sh', '-c', script]);
    expect(stdout).toBe('2\na\n1777\n');
    expect(stderr).toBe(
      [
        'tar: .: Cannot utime: Operation not permitted',
        'tar: .: Cannot change mode to rwxr-xr-t: Operation not permitted',
        'tar: Exiting with failure status due to previous errors\n',
      ].join('\n'),
    );
  });

  it('says that a folder is not there', async () => {
    const { code, stderr } = await kubectl(`cp ${import.meta.filename} box:/nope/file`);
    expect(code).not.toBe(0);
    expect(stderr).toContain('tar: /nope: Cannot open: No such file or directory');
  });
});
