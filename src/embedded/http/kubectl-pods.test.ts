import { beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from '../../../tests/support/has-program.ts';
import { follow, talk } from '../../../tests/support/kubectl.ts';
import { hasKubectl, kubectlSession } from '../../../tests/support/kubectl-session.ts';

/** Gives kubectl a terminal to talk to somebody through. */
const hasScript = hasKubectl && hasProgram('script', '--version');

const session = kubectlSession();
const { kubectl, ok } = session;

/** A pod of Debian containers, each with a script; the first one is `main`. */
function pod(name: string, scripts: Record<string, string>, { restartPolicy = 'Never' } = {}): string {
  const containers = Object.entries(scripts).map(([container, script]) => ({
    name: container,
    image: 'debian:bookworm-slim',
    command: ['sh', '-c', script],
  }));
  const spec = { restartPolicy, terminationGracePeriodSeconds: 1, containers };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
}

beforeAll(async () => {
  if (!hasKubectl) return;
  await ok('wait sa/default --for=create --timeout=20s');
  await ok('apply -f -', pod('box', { main: 'for i in 1 2 3; do echo line $i; done; sleep 3600', side: 'echo beside; sleep 3600' }));
  await ok('apply -f -', pod('done', { main: 'echo all of it; exit 3' }));
  await ok('apply -f -', pod('again', { main: 'echo life; exit 1' }, { restartPolicy: 'Always' }));
  await ok('apply -f -', pod('slow', { main: 'for i in 1 2 3; do echo tick $i; sleep 1; done' }));
  await ok('wait pod/box --for=condition=Ready --timeout=15s');
  await ok(['wait', 'pod/done', '--for=jsonpath={.status.phase}=Failed', '--timeout=15s']);
});

describe.runIf(hasKubectl)('kubectl logs', () => {
  it('prints what a container wrote, from its first container unless told', async () => {
    expect(await ok('logs box')).toBe('line 1\nline 2\nline 3\n');
    expect(await ok('logs box -c side')).toBe('beside\n');
    expect(await ok('logs done')).toBe('all of it\n');
  });

  it('says which container it took where there are several', async () => {
    expect((await kubectl('logs box')).stderr).toBe('Defaulted container "main" out of: main, side\n');
  });

  it('prints the last lines, the first bytes and the times', async () => {
    expect(await ok('logs box -c main --tail=1')).toBe('line 3\n');
    expect(await ok('logs box -c main --tail=0')).toBe('');
    expect(await ok('logs box -c main --limit-bytes=6')).toBe('line 1');
    expect(await ok('logs done --timestamps')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z all of it\n$/);
  });

  it('prints every container, in whatever order kubectl asks for them', async () => {
    const lines = (await ok('logs box --all-containers --prefix')).trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('/main]'))).toEqual([
      '[pod/box/main] line 1',
      '[pod/box/main] line 2',
      '[pod/box/main] line 3',
    ]);
    expect(lines.filter((line) => !line.includes('/main]'))).toEqual(['[pod/box/side] beside']);
  });

  it('follows until the container ends', async () => {
    expect(await ok('logs slow -f')).toBe('tick 1\ntick 2\ntick 3\n');
  });

  it('follows from now on', async () => {
    await ok('apply -f -', pod('ticking', { main: 'while true; do echo tock; sleep 1; done' }));
    await ok('wait pod/ticking --for=condition=Ready --timeout=15s');
    const following = follow('kubectl', ['logs', 'ticking', '-f', '--tail=1'], session.served.kubeconfigFile);
    expect(await following.line()).toBe('tock');
    expect(await following.line()).toBe('tock');
    following.stop();
  });

  it('prints the life before this one', async () => {
    await expect.poll(() => ok('get pod again -o jsonpath={.status.containerStatuses[0].restartCount}'), { timeout: 30_000 }).not.toBe('0');
    expect(await ok('logs again --previous')).toBe('life\n');
  });

  it.each([
    ['logs nope', 'error: error from server (NotFound): pods "nope" not found in namespace "lab"'],
    ['logs box -c nope', 'error: container nope is not valid for pod box'],
    ['logs done --previous', 'Error from server (BadRequest): previous terminated container "main" in pod "done" not found'],
  ])('refuses %s', async (command, problem) => {
    const { code, stdout, stderr } = await kubectl(command);
    expect([code, stdout, stderr.trim()]).toEqual([1, '', problem]);
  });
});

describe.runIf(hasKubectl)('kubectl exec', () => {
  it('prints what a command writes, each stream for itself, and passes on how it ended', async () => {
    const { code, stdout, stderr } = await kubectl(['exec', 'box', '-c', 'main', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect([code, stdout, stderr]).toEqual([3, 'out\n', 'err\ncommand terminated with exit code 3\n']);
    expect(await ok('exec box -c main -- true')).toBe('');
  });

  it('gives the command what comes in', async () => {
    expect(await ok('exec -i box -c main -- cat', 'through\nand back, ü\n')).toBe('through\nand back, ü\n');
    expect(await ok('exec -i box -c main -- sh', 'x=6\necho $((x*7))\n')).toBe('42\n');
    expect(await ok('exec -i box -c main -- cat', 'much '.repeat(50_000))).toHaveLength(250_000);
  });

  it('sees the files that the container wrote', async () => {
    await ok(['exec', 'box', '-c', 'main', '--', 'sh', '-c', 'echo kept > /tmp/file']);
    expect(await ok('exec box -c main -- cat /tmp/file')).toBe('kept\n');
    expect((await kubectl('exec box -c side -- cat /tmp/file')).code).toBe(1);
  });

  it.runIf(hasScript)('talks through a terminal', async () => {
    const { answer, type, ended } = talk('kubectl exec -it box -c main -- sh', session.served.kubeconfigFile);
    await answer('# ');
    type('echo $((6*7))\r');
    expect(await answer('\n# ')).toBe('echo $((6*7))\r\n42\r\n# ');
    type('sleep 60\r');
    await answer('sleep 60\r\n');
    type('\x03');
    expect(await answer('# ')).toBe('^C\r\n# ');
    type('exit 5\r');
    expect(await ended).toBe(5);
  });

  it('goes on when another command beside it has ended', async () => {
    await ok('apply -f -', pod('web', {}).replace('"containers":[]', '"containers":[{"name":"web","image":"lab/shop:1.0"}]'));
    await ok('wait pod/web --for=condition=Ready --timeout=20s');
    const first = follow('kubectl', ['exec', 'web', '--', 'sh', '-c', 'echo begun; sleep 2'], session.served.kubeconfigFile);
    expect(await first.line()).toBe('begun');
    expect(await ok(['exec', 'web', '--', 'sh', '-c', 'sleep 4; hostname'])).toBe('web\n');
    first.stop();
  });

  it('runs in the pod of something', async () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'lab/shop:1.0' }] } };
    const spec = { selector: { matchLabels: { app: 'web' } }, template };
    await ok('apply -f -', JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }));
    await ok('rollout status deploy/web --timeout=20s');
    expect(await ok(['exec', 'deploy/web', '--', 'sh', '-c', 'echo $RELEASE'])).toBe('1.0\n');
  });

  it.each([
    ['exec nope -- true', 'Error from server (NotFound): pods "nope" not found'],
    ['exec box -c nope -- true', 'Error from server (BadRequest): container nope is not valid for pod box'],
    ['exec done -- true', 'error: cannot exec into a container in a completed pod; current phase is Failed'],
  ])('refuses %s', async (command, problem) => {
    const { code, stdout, stderr } = await kubectl(command);
    expect([code, stdout, stderr.trim()]).toEqual([1, '', problem]);
  });

  it.each([
    ['nope', 'exec: "nope": executable file not found in $PATH'],
    ['/bin/nope', 'exec: "/bin/nope": stat /bin/nope: no such file or directory'],
    ['/etc', 'exec: "/etc": permission denied'],
    ['/etc/passwd', 'exec: "/etc/passwd": permission denied'],
  ])('says why %s is not run', async (program, problem) => {
    const { code, stdout, stderr } = await kubectl(['exec', 'box', '-c', 'main', '--', program]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.replace(/[0-9a-f]{64}/, '<id>')).toBe(
      `error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "<id>": OCI runtime exec failed: exec failed: unable to start container process: ${problem}: unknown\n`,
    );
  });
});

describe.runIf(hasKubectl)('kubectl attach', () => {
  it('shows what a container writes from now on, until it ends', async () => {
    await ok('apply -f -', pod('talking', { main: 'echo before; until [ -e /tmp/go ]; do sleep 1; echo tock; done; echo end' }));
    await ok('wait pod/talking --for=condition=Ready --timeout=15s');
    const following = follow('kubectl', ['attach', 'talking'], session.served.kubeconfigFile);
    let line = await following.line();
    expect(line).toBe('tock');
    await ok('exec talking -- touch /tmp/go');
    while (line === 'tock') line = await following.line();
    expect(line).toBe('end');
    following.stop();
  });

  it.each([
    ['attach nope', 'Error from server (NotFound): pods "nope" not found'],
    ['attach box -c nope', 'error: cannot attach to the container: container nope not found in pod box'],
    ['attach done', 'error: cannot attach a container in a completed pod; current phase is Failed'],
  ])('refuses %s', async (command, problem) => {
    const { code, stdout, stderr } = await kubectl(command);
    expect([code, stdout, stderr.trim()]).toEqual([1, '', problem]);
  });

  it('is refused by a container that reads its input', async () => {
    const spec = { containers: [{ name: 'main', image: 'debian:bookworm-slim', command: ['sleep', '3600'], stdin: true }] };
    await ok('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'reading' }, spec }));
    await ok('wait pod/reading --for=condition=Ready --timeout=15s');
    const { code, stderr } = await kubectl('attach -i reading', 'hello\n');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'the embedded cluster passes no input on through pods/attach: kubectl exec -i runs a command that can be talked to',
    );
  });
});
