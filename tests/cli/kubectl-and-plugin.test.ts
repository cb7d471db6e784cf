import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasKubectl, kubectlSession } from '../support/kubectl-session.ts';
import { hasProgram } from '../support/has-program.ts';
import { follow } from '../support/kubectl.ts';

const hasPrograms = hasKubectl && hasProgram('kubectl-argo-rollouts', 'version', '--short');
const SLOW_MS = 120_000;

/** A rollout whose promotion waits for a person, after a Job that says what it was given. */
const SHOP = `
apiVersion: v1
kind: Service
metadata: {name: shop-active}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop-preview}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: gate}
spec:
  metrics:
    - name: smoke
      provider:
        job:
          spec:
            backoffLimit: 0
            template:
              spec: {restartPolicy: Never, containers: [{name: smoke, image: "debian:bookworm-slim", command: [sh, -c, echo looked]}]}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: "lab/shop:1.0", ports: [{containerPort: 8080}]}]}
  strategy:
    blueGreen:
      activeService: shop-active
      previewService: shop-preview
      autoPromotionEnabled: false
      prePromotionAnalysis: {templates: [{templateName: gate}]}
`;

/** The same file after somebody has worked on it. */
const more = SHOP.replace('lab/shop:1.0', 'lab/shop:1.1').replace('replicas: 1', 'replicas: 2');

const session = kubectlSession();
const { kubectl, ok } = session;
const plugin = (words: string): Promise<string> => ok(`argo rollouts ${words}`);
const activeRelease = (): Promise<string> =>
  ok(['get', 'po', '-o', 'jsonpath={.items[*].spec.containers[0].image}', '-l', `app=shop,rollouts-pod-template-hash=${activeHash}`]);
let activeHash = '';

/** Reads which revision the active Service leads to. */
async function lookAtProduction(): Promise<string> {
  activeHash = await ok('get svc shop-active -o jsonpath={.spec.selector.rollouts-pod-template-hash}');
  return activeRelease();
}

/** The one object of a kind whose name begins like that. */
async function nameOf(kind: string, beginning: string): Promise<string> {
  const names = (await ok(`get ${kind} -o name`)).trim().split('\n');
  const found = names.find((name) => name.split('/')[1]!.startsWith(beginning));
  expect(found, `${kind} ${beginning} among ${names.join(' ')}`).toBeDefined();
  return found!;
}

/** The page in the order in which somebody works: each step goes on where the one before has ended. */
describe.runIf(hasPrograms)('kubectl and the plugin, command by command', { timeout: SLOW_MS }, () => {
  beforeAll(async () => {
    await ok('wait sa/default --for=create --timeout=20s');
  }, SLOW_MS);

  it('apply, and plugin status', async () => {
    expect(await ok('apply -f -', SHOP)).toBe(
      'service/shop-active created\nservice/shop-preview created\nanalysistemplate.argoproj.io/gate created\nrollout.argoproj.io/shop created\n',
    );
    expect(await plugin('status shop --timeout 60s')).toMatch(/Healthy\n$/);
    expect(await lookAtProduction()).toBe('lab/shop:1.0');
  });

  it('get -w, while the plugin sets an image that must be promoted', async () => {
    const watch = follow('kubectl', ['get', 'ro', 'shop', '-w', '-o', 'jsonpath={.status.phase}{"\\n"}'], session.served.kubeconfigFile);
    expect(await watch.line()).toBe('Healthy');
    expect(await plugin('set image shop shop=lab/shop:1.1')).toBe('rollout "shop" image updated\n');
    let phase = '';
    while (phase !== 'Paused') phase = await watch.line();
    watch.stop();
    const status = await kubectl('argo rollouts status shop --timeout 1s');
    expect([status.code, status.stdout]).toEqual([1, 'Paused - BlueGreenPause\n']);
    expect(await lookAtProduction()).toBe('lab/shop:1.0');
  });

  it('wait, logs', async () => {
    const job = await nameOf('job', '');
    await ok(`wait ${job} --for=condition=complete --timeout=60s`);
    expect(await ok(`logs ${job}`)).toBe('looked\n');
    expect(await ok('logs -l app=shop --tail=1 --prefix')).toMatch(/^\[pod\/shop-[\w-]+\/shop\] \{.*\}$/m);
    await ok(['wait', 'ar', '--all', '--for=jsonpath={.status.phase}=Successful', '--timeout=60s']);
    const late = await kubectl('wait ro/shop --for=condition=Nonsense --timeout=1s');
    expect([late.code, late.stderr]).toEqual([1, 'error: timed out waiting for the condition on rollouts/shop\n']);
  });

  it('get ro,rs,po,svc,ar,job -o wide', async () => {
    const tables = (await ok('get ro,rs,po,svc,ar,job -o wide'))
      .trimEnd()
      .split('\n\n')
      .map((table) => table.split('\n'));
    const [ro, rs, po, svc, ar, job] = tables as [string[], string[], string[], string[], string[], string[]];
    expect(tables.map(([header]) => header!.split(/ {2,}/).join(' | '))).toEqual([
      'NAME | DESIRED | CURRENT | UP-TO-DATE | AVAILABLE | AGE',
      'NAME | DESIRED | CURRENT | READY | AGE | CONTAINERS | IMAGES | SELECTOR',
      'NAME | READY | STATUS | RESTARTS | AGE | IP | NODE | NOMINATED NODE | READINESS GATES',
      'NAME | TYPE | CLUSTER-IP | EXTERNAL-IP | PORT(S) | AGE | SELECTOR',
      'NAME | STATUS | AGE',
      'NAME | STATUS | COMPLETIONS | DURATION | AGE | CONTAINERS | IMAGES | SELECTOR',
    ]);
    expect(ro[1]).toMatch(/^rollout.argoproj.io\/shop +1 +2 +1 +1 /);
    expect(
      rs
        .slice(1)
        .map((row) => /lab\/shop:\S+/.exec(row)?.[0])
        .sort(),
    ).toEqual(['lab/shop:1.0', 'lab/shop:1.1']);
    expect(po.filter((row) => /^pod\/shop-\S+ +1\/1 +Running +0 +\d+s +10\.\S+ +lab-control-plane /.test(row))).toHaveLength(2);
    expect(svc[1]).toMatch(/^service\/shop-active +ClusterIP +10\.\S+ +<none> +80\/TCP +\d+s +app=shop,rollouts-pod-template-hash=/);
    expect(ar[1]).toMatch(/^analysisrun.argoproj.io\/shop-\S+-2-pre +Successful /);
    expect(job[1]).toMatch(/^job.batch\/\S+ +Complete +1\/1 .* smoke +debian:bookworm-slim /);
  });

  it.each([
    [
      'ro',
      'shop',
      /^Name: +shop\nNamespace: +lab\n[^]*Auto Promotion Enabled: +false[^]*RolloutUpdated +\S+ +rollouts-controller +Rollout updated to revision 2/,
    ],
    [
      'rs',
      'shop-',
      /^Name: +shop-\S+\n[^]*Controlled By: +Rollout\/shop\n[^]*SuccessfulCreate +\S+ +replicaset-controller +Created pod: shop-/,
    ],
    ['po', 'shop-', /^Name: +shop-\S+\n[^]*Controlled By: +ReplicaSet\/shop-\S+\n[^]*Started +\S+ +kubelet +Started container shop/],
    ['svc', 'shop-active', /^Name: +shop-active\n[^]*Endpoints: +10\.[\d.]+:8080\n/],
    ['ar', 'shop-', /^Name: +shop-\S+-2-pre\n[^]*AnalysisRunSuccessful +\S+ +rollouts-controller +Analysis Completed. Result: Successful/],
    [
      'job',
      '',
      /^Name: +\S+\n[^]*Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed\n[^]*Completed +\S+ +job-controller +Job completed/,
    ],
  ])('describe %s', async (kind, beginning, text) => {
    expect(await ok(`describe ${await nameOf(kind, beginning)}`)).toMatch(text);
  });

  it('plugin get, promote', async () => {
    const tree = await plugin('get rollout shop --no-color');
    expect(tree).toMatch(/^Status: +॥ Paused\nMessage: +BlueGreenPause\n/m);
    expect(tree).toMatch(/# revision:2 [^]*AnalysisRun +✔ Successful[^]*# revision:1 /);
    expect(await plugin('promote shop')).toBe("rollout 'shop' promoted\n");
    expect(await plugin('status shop --timeout 60s')).toMatch(/Healthy\n$/);
    expect(await lookAtProduction()).toBe('lab/shop:1.1');
  });

  it('plugin abort, retry, promote --full', async () => {
    await plugin('set image shop shop=lab/shop:1.2');
    await ok(['wait', 'ro/shop', '--for=jsonpath={.status.phase}=Paused', '--timeout=60s']);
    expect(await plugin('abort shop')).toBe("rollout 'shop' aborted\n");
    const aborted = await kubectl('argo rollouts status shop --timeout 60s');
    expect([aborted.code, aborted.stderr]).toEqual([
      1,
      'Error: The rollout is in a degraded state with message: RolloutAborted: Rollout aborted update to revision 3\n',
    ]);
    expect(await lookAtProduction()).toBe('lab/shop:1.1');
    expect(await plugin('retry rollout shop')).toBe("rollout 'shop' retried\n");
    await ok(['wait', 'ro/shop', '--for=jsonpath={.status.phase}=Paused', '--timeout=60s']);
    expect(await plugin('promote shop --full')).toBe("rollout 'shop' fully promoted\n");
    expect(await plugin('status shop --timeout 60s')).toMatch(/Healthy\n$/);
    expect(await lookAtProduction()).toBe('lab/shop:1.2');
  });

  it('plugin undo, which is fast while the pods of before are still there', async () => {
    expect(await plugin('undo shop')).toBe("rollout 'shop' undo\n");
    expect(await plugin('status shop --timeout 60s')).toMatch(/Healthy\n$/);
    expect(await lookAtProduction()).toBe('lab/shop:1.1');
    const nowhere = await kubectl('argo rollouts undo shop --to-revision=99');
    expect([nowhere.code, nowhere.stderr]).toEqual([1, 'Error: unable to find specified revision 99 in history\n']);
  });

  it('apply of what has changed', async () => {
    expect(await ok('apply -f -', more)).toBe(
      'service/shop-active unchanged\nservice/shop-preview unchanged\nanalysistemplate.argoproj.io/gate unchanged\nrollout.argoproj.io/shop configured\n',
    );
    await ok(['wait', 'ro/shop', '--for=jsonpath={.status.availableReplicas}=2', '--timeout=60s']);
  });

  it('apply --server-side, and whom it conflicts with', async () => {
    const theirs = await kubectl('apply --server-side -f -', more);
    expect([theirs.code, theirs.stdout]).toEqual([
      1,
      'analysistemplate.argoproj.io/gate serverside-applied\nrollout.argoproj.io/shop serverside-applied\n',
    ]);
    expect(theirs.stderr).toContain('conflict with "rollouts-controller" using v1: .spec.selector');
    const other = await kubectl('apply --server-side --field-manager=other -f -', more.replace('replicas: 2', 'replicas: 3'));
    expect(other.stderr).toContain('conflict with "kubectl": .spec.replicas');
  });

  it('edit', async () => {
    const editor = join(session.served.folder, 'editor.sh');
    await writeFile(editor, '#!/bin/sh\nsed -i "s/replicas: 2/replicas: 1/" "$1"\n', { mode: 0o755 });
    const env = { KUBE_EDITOR: editor };
    expect(await ok('edit ro shop', undefined, env)).toBe('rollout.argoproj.io/shop edited\n');
    expect(await ok('get ro shop -o jsonpath={.spec.replicas}')).toBe('1');
    expect((await kubectl('edit ro shop', undefined, { KUBE_EDITOR: 'true' })).stderr).toContain('Edit cancelled, no changes made');
  });

  it.each([
    ['merge', 'ro', '{"spec":{"revisionHistoryLimit":5}}', '{.spec.revisionHistoryLimit}', '5'],
    ['json', 'ro', '[{"op":"replace","path":"/spec/revisionHistoryLimit","value":6}]', '{.spec.revisionHistoryLimit}', '6'],
    ['merge', 'svc', '{"spec":{"ports":[{"name":"web","port":81}]}}', '{.spec.ports[*].port}', '81'],
    ['strategic', 'svc', '{"spec":{"ports":[{"name":"more","port":82}]}}', '{.spec.ports[*].port}', '82 81'],
    ['json', 'svc', '[{"op":"remove","path":"/spec/ports/0"}]', '{.spec.ports[*].port}', '81'],
  ])('patch --type=%s %s', async (type, kind, patch, path, value) => {
    const name = kind === 'ro' ? 'shop' : 'shop-preview';
    expect(await ok(['patch', kind, name, `--type=${type}`, '-p', patch])).toMatch(/ patched\n$/);
    expect(await ok(['get', kind, name, '-o', `jsonpath=${path}`])).toBe(value);
  });

  it('patch --type=strategic of a custom kind is refused', async () => {
    const { code, stderr } = await kubectl(['patch', 'ro', 'shop', '--type=strategic', '-p', '{"spec":{"replicas":9}}']);
    expect([code, stderr]).toMatchObject([1, expect.stringContaining('application/strategic-merge-patch+json is not supported') as string]);
  });

  it('auth can-i', async () => {
    expect(await ok('auth can-i patch rollouts.argoproj.io')).toBe('yes\n');
    const learner = '--as=system:serviceaccount:lab:default';
    expect(await kubectl(`auth can-i patch rollouts.argoproj.io ${learner}`)).toMatchObject({ code: 1, stdout: 'no\n' });
    await ok('create rolebinding releases --clusterrole=edit --serviceaccount=lab:default');
    expect(await ok(`auth can-i patch rollouts.argoproj.io ${learner}`)).toBe('yes\n');
    expect(await ok(`argo rollouts pause shop ${learner}`)).toBe("rollout 'shop' paused\n");
  });

  it.each([
    ['status nope', 'Error: rollout.argoproj.io "nope" not found\n'],
    ['set image shop nope=lab/shop:1.1', 'Error: unable to find container named "nope"\n'],
    ['undo shop --to-revision=99', 'Error: unable to find specified revision 99 in history\n'],
  ])('plugin %s is refused', async (words, problem) => {
    const { code, stderr } = await kubectl(`argo rollouts ${words}`);
    expect([code, stderr]).toEqual([1, problem]);
  });

  it('delete, with everything that belongs to it', async () => {
    expect(await ok('delete ro shop --timeout=60s')).toBe('rollout.argoproj.io "shop" deleted from lab namespace\n');
    await ok('wait rs,po,ar,job --all --for=delete --timeout=60s');
    expect(await kubectl('get ro,rs,po,ar,job')).toMatchObject({ code: 0, stdout: '', stderr: 'No resources found in lab namespace.\n' });
    expect((await kubectl('delete ro shop')).stderr).toBe('Error from server (NotFound): rollouts.argoproj.io "shop" not found\n');
  });
});
