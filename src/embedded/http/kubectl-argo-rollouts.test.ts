import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from '../../../tests/support/has-program.ts';
import { follow } from '../../../tests/support/kubectl.ts';
import { kubectlSession } from './testing/kubectl-session.ts';
import { serveCluster, type ServedCluster } from './testing/served-cluster.ts';

const hasPlugin = hasProgram('kubectl', 'version', '--client') && hasProgram('kubectl-argo-rollouts', 'version', '--short');

let served: ServedCluster;
const { kubectl, ok } = kubectlSession(() => served);

/** The plugin, as people call it; what it prints, without colours. */
const plugin = async (command: string): Promise<string> => plain(await ok(`argo rollouts ${command}`));

function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}

const services = ['active', 'preview'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 8080 }] },
}));

const rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'shop' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'shop' } },
    template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'shop', image: 'lab/shop:1.0' }] } },
    strategy: { blueGreen: { activeService: 'active', previewService: 'preview', autoPromotionEnabled: false } },
  },
};

beforeAll(async () => {
  if (!hasPlugin) return;
  served = await serveCluster();
  await ok('create namespace lab');
  await ok('wait sa/default --for=create --timeout=20s');
  await ok('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: services }));
  await ok('apply -f -', JSON.stringify(rollout));
});

afterAll(async () => {
  if (!hasPlugin) return;
  await served.close();
  expect(served.unexpected).toEqual([]);
});

// In order: each finds what the one before left.
describe.runIf(hasPlugin)('kubectl argo rollouts', () => {
  it('waits for the first revision', async () => {
    expect(await plugin('status shop --timeout 15s')).toContain('Healthy\n');
    const tree = await plugin('get rollout shop');
    expect(tree).toMatch(/^Status: +✔ Healthy$/m);
    expect(tree).toMatch(/^Images: +lab\/shop:1\.0 \(stable, active\)$/m);
    expect(tree.match(/✔ Running/g)).toHaveLength(2);
  });

  it('sets an image, and says what it waits for', async () => {
    expect(await plugin('set image shop shop=lab/shop:1.1')).toBe('rollout "shop" image updated\n');
    await ok('wait rollout/shop --for=jsonpath={.status.phase}=Paused --timeout=15s');
    expect(await plugin('status shop --watch=false')).toBe('Paused - BlueGreenPause\n');
    const tree = await plugin('get rollout shop');
    expect(tree).toMatch(/^Images: +lab\/shop:1\.0 \(stable, active\)\n +lab\/shop:1\.1 \(preview\)$/m);
  });

  it('aborts', async () => {
    expect(await plugin('abort shop')).toBe("rollout 'shop' aborted\n");
    const { code, stderr } = await kubectl('argo rollouts status shop --timeout 15s');
    expect([code, stderr]).toEqual([
      1,
      'Error: The rollout is in a degraded state with message: RolloutAborted: Rollout aborted update to revision 2\n',
    ]);
  });

  it('retries, and promotes', async () => {
    expect(await plugin('retry rollout shop')).toBe("rollout 'shop' retried\n");
    await ok('wait rollout/shop --for=jsonpath={.status.phase}=Paused --timeout=15s');
    expect(await plugin('promote shop')).toBe("rollout 'shop' promoted\n");
    expect(await plugin('status shop --timeout 15s')).toContain('Healthy\n');
    expect(await plugin('get rollout shop')).toMatch(/^Images: +lab\/shop:1\.0\n +lab\/shop:1\.1 \(stable, active\)$/m);
  });

  it('undoes, and follows how that goes', async () => {
    const following = follow('kubectl', ['argo', 'rollouts', 'get', 'rollout', 'shop', '--watch', '--no-color'], served.kubeconfigFile);
    expect(plain(await following.line())).toMatch(/^Name: +shop$/);
    expect(await plugin('undo shop')).toBe("rollout 'shop' undo\n");
    const isBack = /^Images: +lab\/shop:1\.0 \(stable, active\)/;
    for (let line = await following.line(); !isBack.test(plain(line));) line = await following.line();
    following.stop();
    expect(await plugin('status shop --timeout 15s')).toContain('Healthy\n');
  });

  it('shows what there is in kubectl too', async () => {
    const wide = await ok('get ro,rs,po,svc,ar,job -o wide');
    expect(wide).toMatch(/^rollout\.argoproj\.io\/shop +2 +4 +2 +2 +\S+$/m);
    for (const kind of ['replicaset.apps', 'pod', 'service']) expect(wide).toContain(`${kind}/`);
    for (const kind of ['ro/shop', 'rs', 'po', 'svc/active']) expect(await ok(`describe ${kind}`)).toMatch(/^Name: /m);
    expect(await ok('describe ro shop')).toMatch(/Normal +SwitchService/);
  });

  it.each([
    ['status nope', 'Error: rollout.argoproj.io "nope" not found\n'],
    ['set image shop nope=lab/shop:1.1', 'Error: unable to find container named "nope"\n'],
    ['undo shop --to-revision=99', 'Error: unable to find specified revision 99 in history\n'],
  ])('is refused %s', async (command, problem) => {
    const { code, stderr } = await kubectl(`argo rollouts ${command}`);
    expect([code, stderr]).toEqual([1, problem]);
  });
});
