import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { follow } from '../../../tests/support/kubectl.ts';
import { hasKubectl, kubectlSession } from '../../../tests/support/kubectl-session.ts';

const session = kubectlSession();
const { kubectl, ok } = session;

const configMap = (name: string, data: Record<string, string> = { a: 'b' }, extra = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: ${JSON.stringify(data)}\n${extra}`;

const deployment = (name: string, replicas: number, extra = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, labels: {tier: front}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - {name: web, image: "example/web:1", ports: [{containerPort: 80}]}
        - {name: log, image: "example/log:1"}
${extra}`;

const rollout = (name: string, image: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: ${name}}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: shop, image: "${image}"}]}
  strategy: {blueGreen: {activeService: shop-active}}
`;

describe.runIf(hasKubectl)('kubectl', () => {
  it('applies what is new, what has changed and what has not', async () => {
    const both = (image: string, replicas: number): string => `${deployment('applied', replicas)}---${rollout('applied', image)}`;
    expect(await ok('apply -f -', both('shop:1', 2))).toBe('deployment.apps/applied created\nrollout.argoproj.io/applied created\n');
    expect(await ok('apply -f -', both('shop:1', 2))).toBe('deployment.apps/applied unchanged\nrollout.argoproj.io/applied unchanged\n');
    expect(await ok('apply -f -', both('shop:2', 3))).toBe('deployment.apps/applied configured\nrollout.argoproj.io/applied configured\n');
    expect(await ok('get rollout applied -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('shop:2');
    expect(await ok('get deployment applied -o jsonpath={.spec.template.spec.containers[*].name}')).toBe('web log');
  });

  it('is told of fields that there are not', async () => {
    const built = await kubectl('apply -f -', configMap('odd', {}, 'dta: {}'));
    expect(built.code).toBe(1);
    expect(built.stderr).toContain('strict decoding error: unknown field "dta"');
    const custom = await kubectl('apply -f -', rollout('odd', 'x').replace('replicas:', 'replicaz:'));
    expect(custom.stderr).toContain(
      'Rollout in version "v1alpha1" cannot be handled as a Rollout: strict decoding error: unknown field "spec.replicaz"',
    );
    const lenient = await kubectl('apply --validate=warn -f -', configMap('odd', {}, 'dta: {}'));
    expect(lenient).toMatchObject({ code: 0, stderr: expect.stringContaining('Warning: unknown field "dta"') as string });
  });

  it('applies on the server, and hears of conflicts', async () => {
    expect(await ok('apply --server-side -f -', configMap('owned', { a: '1' }))).toBe('configmap/owned serverside-applied\n');
    const other = await kubectl('apply --server-side --field-manager=other -f -', configMap('owned', { a: '2' }));
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('Apply failed with 1 conflict: conflict with "kubectl": .data.a');
    expect(await ok('apply --server-side --field-manager=other --force-conflicts -f -', configMap('owned', { a: '2' }))).toBe(
      'configmap/owned serverside-applied\n',
    );
  });

  it.each([
    ['configmap made --from-literal=a=b', 'configmap/made created\n'],
    ['secret generic made --from-literal=a=b', 'secret/made created\n'],
    ['serviceaccount made', 'serviceaccount/made created\n'],
    ['deployment made --image=example/web:1', 'deployment.apps/made created\n'],
    ['service clusterip made --tcp=80:8080', 'service/made created\n'],
    ['job made --image=example/job:1', 'job.batch/made created\n'],
    ['cronjob made --image=example/job:1 --schedule=@daily', 'cronjob.batch/made created\n'],
    ['role made --verb=get --resource=pods', 'role.rbac.authorization.k8s.io/made created\n'],
    ['rolebinding made --role=made --user=u', 'rolebinding.rbac.authorization.k8s.io/made created\n'],
    ['quota made --hard=pods=5', 'resourcequota/made created\n'],
    ['poddisruptionbudget made --selector=app=x --min-available=1', 'poddisruptionbudget.policy/made created\n'],
    ['ingress made --rule=a.example/=made:80', 'ingress.networking.k8s.io/made created\n'],
  ])('create %s', async (command, printed) => {
    expect(await ok(`create ${command}`)).toBe(printed);
    const again = await kubectl(`create ${command}`);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('already exists') as string });
  });

  it('creates in a namespace that is there', async () => {
    const { code, stderr } = await kubectl('create configmap x -n nowhere');
    expect([code, stderr]).toEqual([1, 'error: failed to create configmap: namespaces "nowhere" not found\n']);
  });

  it('gets objects in every form', async () => {
    await ok('apply -f -', configMap('shown', { a: '1', b: '2' }));
    expect(await ok('get configmap shown')).toMatch(/^NAME +DATA +AGE\nshown +2 +\d+s\n$/);
    expect(await ok('get configmap shown -o name')).toBe('configmap/shown\n');
    expect(await ok('get cm shown -o json')).toContain('"kind": "ConfigMap"');
    expect(await ok('get cm shown -o yaml')).toMatch(/^apiVersion: v1\ndata:\n {2}a: "1"/);
    expect(await ok('get cm shown -o custom-columns=N:.metadata.name,A:.data.a')).toBe('N       A\nshown   1\n');
    expect(await ok('get cm,secret --show-kind --no-headers --field-selector=metadata.name=shown')).toMatch(
      /^configmap\/shown +2 +\d+s\n$/,
    );
    expect(await ok('get deploy applied -o wide')).toMatch(
      /CONTAINERS +IMAGES +SELECTOR\napplied +0\/3 +\d +0 +\S+ +web,log +example\/web:1,example\/log:1 +app=applied\n/,
    );
    expect(await ok('get ro applied')).toMatch(/^NAME +DESIRED +CURRENT +UP-TO-DATE +AVAILABLE +AGE\napplied +1 .* \d+s\n$/);
    expect(await ok('get deployments -l tier=front,app!=x -o name')).toBe('deployment.apps/applied\n');
    expect(await ok('get all -o name')).toContain('rollout.argoproj.io/applied'.replace('rollout.argoproj.io', 'deployment.apps'));
    expect(await ok('get --raw /healthz')).toBe('ok');
    expect((await kubectl('get cm missing')).stderr).toBe('Error from server (NotFound): configmaps "missing" not found\n');
    expect((await kubectl('get nonsense')).stderr).toContain('the server doesn\'t have a resource type "nonsense"');
  });

  it('sorts, and gets in pages', async () => {
    for (const name of ['page-c', 'page-a', 'page-b'])
      await ok('apply -f -', configMap(name).replace('metadata: {', 'metadata: {labels: {page: x}, '));
    const sorted = await ok('get cm -l page=x --sort-by=.metadata.name -o name');
    expect(sorted).toBe('configmap/page-a\nconfigmap/page-b\nconfigmap/page-c\n');
    expect(await ok('get cm -l page=x --chunk-size=1 -o name')).toBe(sorted);
    expect(await ok('get cm -l page=x --sort-by=.metadata.name --no-headers')).toMatch(/^page-a .*\npage-b .*\npage-c /);
  });

  it('watches', async () => {
    const watch = follow(
      'kubectl',
      ['get', 'cm', '-w', '-l', 'watch=x', '--output-watch-events', '--no-headers'],
      session.served.kubeconfigFile,
    );
    const labelled = (data: Record<string, string>): string =>
      configMap('watched', data).replace('metadata: {', 'metadata: {labels: {watch: x}, ');
    await ok('apply -f -', labelled({ a: '1' }));
    expect(await watch.line()).toMatch(/^ADDED +watched +1 +\d+s$/);
    await ok('apply -f -', labelled({ a: '1', b: '2' }));
    expect(await watch.line()).toMatch(/^MODIFIED +watched +2 +\d+s$/);
    await ok('label cm watched watch-');
    expect(await watch.line()).toMatch(/^DELETED +watched +2 +\d+s$/);
    watch.stop();
  });

  it('describes', async () => {
    await ok('apply -f -', deployment('described', 1));
    await ok('wait --for=condition=Progressing deployment/described');
    const text = await ok('describe deployment described');
    expect(text).toMatch(/^Name: +described\nNamespace: +lab\n/);
    expect(text).toMatch(/Normal +ScalingReplicaSet +\S+ +deployment-controller +Scaled up replica set described-\S+ from 0 to 1/);
    expect(await ok('describe rollout applied')).toContain('Active Service:  shop-active');
    expect(await ok('describe node lab-control-plane')).toContain('Kubelet Version:            v1.34.4');
    expect(await ok('describe namespace lab')).toContain('Resource Quotas');
    expect(await ok('describe sa default')).toMatch(/^Name: +default/);
  });

  it('patches in every way', async () => {
    await ok('apply -f -', deployment('patched', 0));
    await ok([
      'patch',
      'deployment',
      'patched',
      '-p',
      '{"spec":{"template":{"spec":{"containers":[{"name":"log","image":"example/log:2"}]}}}}',
    ]);
    await ok(['patch', 'deployment', 'patched', '--type=json', '-p', '[{"op":"add","path":"/metadata/labels/x","value":"y"}]']);
    await ok(['patch', 'deployment', 'patched', '--type=merge', '-p', '{"metadata":{"labels":{"z":"1"}}}']);
    expect(await ok('get deployment patched -o jsonpath={.spec.template.spec.containers[*].image}:{.metadata.labels}')).toBe(
      'example/web:1 example/log:2:{"tier":"front","x":"y","z":"1"}',
    );
    expect(await ok(['patch', 'deployment', 'patched', '--type=merge', '-p', '{"metadata":{"labels":{"z":"1"}}}'])).toContain(
      '(no change)',
    );
    expect(
      await ok([
        'patch',
        'deployment',
        'patched',
        '--subresource=status',
        '--type=merge',
        '-p',
        '{"status":{"replicas":7},"spec":{"replicas":9}}',
      ]),
    ).toContain('patched');
    expect(await ok('get deployment patched -o jsonpath={.spec.replicas}')).toBe('0');
    const custom = await kubectl(['patch', 'rollout', 'applied', '-p', '{"spec":{}}']);
    expect([custom.code, custom.stderr]).toMatchObject([
      1,
      expect.stringContaining('application/strategic-merge-patch+json is not supported'),
    ]);
  });

  it('edits', async () => {
    await ok('apply -f -', configMap('edited'));
    const editor = join(session.served.folder, 'editor.sh');
    await writeFile(editor, '#!/bin/sh\nsed -i "s/a: b/a: edited/" "$1"\n', { mode: 0o755 });
    expect(await ok('edit cm edited', undefined, { EDITOR: editor })).toBe('configmap/edited edited\n');
    expect(await ok('get cm edited -o jsonpath={.data.a}')).toBe('edited');
  });

  it('replaces, and is refused when the state is an old one', async () => {
    await ok('create -f -', configMap('replaced'));
    const old = await ok('get cm replaced -o yaml');
    expect(await ok('replace -f -', configMap('replaced', { a: 'new' }))).toBe('configmap/replaced replaced\n');
    const stale = await kubectl('replace -f -', old);
    expect([stale.code, stale.stderr]).toMatchObject([
      1,
      expect.stringContaining('the object has been modified; please apply your changes'),
    ]);
    expect(await ok('replace --force -f -', configMap('replaced', { a: 'newest' }))).toContain('configmap/replaced replaced');
  });

  it('labels, annotates and scales', async () => {
    await ok('apply -f -', configMap('marked'));
    expect(await ok('label cm marked colour=blue')).toBe('configmap/marked labeled\n');
    expect((await kubectl('label cm marked colour=green')).stderr).toContain(
      "'colour' already has a value (blue), and --overwrite is false",
    );
    expect(await ok('annotate cm marked note=x')).toBe('configmap/marked annotated\n');
    expect(await ok('get cm marked -o jsonpath={.metadata.labels.colour}{.metadata.annotations.note}')).toBe('bluex');
    expect(await ok('scale rollout applied --replicas=4')).toBe('rollout.argoproj.io/applied scaled\n');
    expect(await ok('get rollout applied -o jsonpath={.spec.replicas}')).toBe('4');
    expect((await kubectl('scale rollout applied --current-replicas=9 --replicas=1')).stderr).toContain('Expected replicas to be 9, was 4');
    expect(await ok('scale deployment applied --replicas=0')).toBe('deployment.apps/applied scaled\n');
  });

  it('sets images and shows the history of a Deployment', async () => {
    await ok('apply -f -', deployment('rolled', 0));
    await ok('wait --for=condition=Available deployment/rolled');
    expect(await ok('set image deployment/rolled web=example/web:2')).toBe('deployment.apps/rolled image updated\n');
    await ok('rollout status deployment/rolled --timeout=10s');
    expect(await ok('rollout history deployment/rolled')).toMatch(/REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>/);
    expect(await ok('rollout undo deployment/rolled')).toBe('deployment.apps/rolled rolled back\n');
    expect(await ok('get deployment rolled -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('example/web:1');
  });

  it('shows a difference', async () => {
    await ok('apply -f -', configMap('compared'));
    expect((await kubectl('diff -f -', configMap('compared'))).code).toBe(0);
    const changed = await kubectl('diff -f -', configMap('compared', { a: 'c' }));
    expect(changed.code).toBe(1);
    expect(changed.stdout).toContain('-  a: b\n+  a: c\n');
  });

  it('deletes, and waits for what holds the object', async () => {
    await ok('apply -f -', configMap('held').replace('metadata: {', 'metadata: {finalizers: [example.com/hold], '));
    const waited = await kubectl('delete cm held --timeout=300ms');
    expect([waited.code, waited.stderr]).toMatchObject([
      1,
      expect.stringContaining('timed out waiting for the condition on configmaps/held'),
    ]);
    expect(await ok('get cm held -o jsonpath={.metadata.deletionTimestamp}')).not.toBe('');
    const asked = vi.spyOn(session.served.cluster.handler, 'handle');
    const gone = ok('wait --for=delete cm/held --timeout=10s');
    // Why: who finds nothing to wait for says nothing.
    await expect
      .poll(() => asked.mock.calls.some(([{ path }]) => /held/.test(path) && /watch=true/.test(path)), { timeout: 10_000 })
      .toBe(true);
    asked.mockRestore();
    await ok(['patch', 'cm', 'held', '--type=json', '-p', '[{"op":"remove","path":"/metadata/finalizers"}]']);
    expect(await gone).toBe('configmap/held condition met\n');
    expect(await ok('delete cm -l page=x')).toMatch(/^(configmap "page-[abc]" deleted( from lab namespace)?\n){3}$/);
    expect(await ok('delete cm none --ignore-not-found')).toBe('');
  });

  it('deletes a namespace with all that is in it', async () => {
    await ok('create namespace passing');
    await ok('create configmap x -n passing');
    await ok('create deployment x --image=example/x:1 -n passing');
    expect(await ok('delete namespace passing --timeout=15s')).toBe('namespace "passing" deleted\n');
    expect((await kubectl('get cm x -n passing')).stderr).toContain('not found');
  });

  it('waits for a field, and gives up in time', async () => {
    await ok('apply -f -', configMap('awaited'));
    const met = ok(['wait', 'cm/awaited', '--for=jsonpath={.data.a}=ready', '--timeout=10s']);
    await ok('apply -f -', configMap('awaited', { a: 'ready' }));
    expect(await met).toBe('configmap/awaited condition met\n');
    const late = await kubectl(['wait', 'cm/awaited', '--for=jsonpath={.data.a}=never', '--timeout=300ms']);
    expect([late.code, late.stderr]).toEqual([1, 'error: timed out waiting for the condition on configmaps/awaited\n']);
  });

  it('lists resources, versions and fields', async () => {
    const resources = await ok('api-resources --no-headers');
    expect(resources).toMatch(/^rollouts +ro +argoproj.io\/v1alpha1 +true +Rollout$/m);
    expect(resources).toMatch(/^pods +po +v1 +true +Pod$/m);
    expect(await ok('api-versions')).toContain('argoproj.io/v1alpha1\n');
    expect(await ok('version')).toContain('Server Version: v1.34.4');
    expect(await ok('explain rollout.spec.strategy.blueGreen')).toMatch(/activeService\t<string> -required-/);
    expect(await ok('cluster-info')).toContain('is running at');
  });

  it('explains every resource that can be listed', async () => {
    const resources = (await ok('api-resources --verbs=list --no-headers')).trim().split('\n');
    expect(resources.length).toBeGreaterThan(30);
    for (const [name, version] of resources.map((line) => line.split(/ +/)).map((cells) => [cells[0], cells.at(-3)]))
      expect(await ok(`explain ${name} --api-version=${version}`)).toMatch(/^ {2}metadata\t<ObjectMeta>( -required-)?$/m);
    expect(await ok('explain pod.spec.containers.ports')).toMatch(/^ {2}containerPort\t<integer> -required-$/m);
    expect(await ok('explain deployment.spec.strategy --recursive')).toMatch(/^ {4}maxSurge\t<IntOrString>$/m);
    expect(await ok('explain rollout.metadata')).toMatch(/^ {2}labels\t<map\[string\]string>$/m);
    expect((await kubectl('explain pod.spec.nope')).stderr).toContain('field "nope" does not exist');
  });

  it('asks what somebody may do', async () => {
    expect(await ok('auth can-i create deployments')).toBe('yes\n');
    expect(await kubectl('auth can-i list pods --as=bob')).toMatchObject({ code: 1, stdout: 'no\n' });
    await ok('create role pod-reader --verb=get,list --resource=pods');
    await ok('create rolebinding bob --role=pod-reader --user=bob');
    expect(await ok('auth can-i list pods --as=bob')).toBe('yes\n');
    expect(await ok('get pods --as=bob -o name')).toContain('pod/');
    expect((await kubectl('get secrets --as=bob')).stderr).toBe(
      'Error from server (Forbidden): secrets is forbidden: User "bob" cannot list resource "secrets" in API group "" in the namespace "lab"\n',
    );
    expect(await ok('auth can-i --list --as=bob')).toMatch(/pods +\[\] +\[\] +\[get list\]/);
    expect(await ok('auth whoami')).toMatch(/Username +kubernetes-admin/);
    const viewer = await ok('create rolebinding alice --clusterrole=view --user=alice');
    expect(viewer).toContain('created');
    expect(await ok('auth can-i get rollouts.argoproj.io --as=alice')).toBe('yes\n');
    expect((await kubectl('auth can-i patch rollouts.argoproj.io --as=alice')).stdout).toBe('no\n');
  });

  it('acts with a token of a service account', async () => {
    await ok('create serviceaccount pipeline');
    await ok('create rolebinding pipeline --clusterrole=edit --serviceaccount=lab:pipeline');
    const token = (await ok('create token pipeline')).trim();
    expect(await ok(['--token', token, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'])).toBe(
      'system:serviceaccount:lab:pipeline',
    );
    expect(await ok(['--token', token, 'create', 'configmap', 'by-pipeline'])).toContain('created');
    expect((await kubectl(['--token', token, 'get', 'nodes'])).stderr).toContain('cannot list resource "nodes"');
    await ok('delete serviceaccount pipeline');
    expect((await kubectl(['--token', token, 'get', 'pods'])).stderr).toContain('Unauthorized');
  });

  it('shows events', async () => {
    expect(await ok('get events --field-selector=reason=ScalingReplicaSet --sort-by=.lastTimestamp')).toContain('Scaled up replica set');
    expect(await ok('events --for deployment/described')).toContain('Scaled up replica set described-');
  });

  it('installs a kind of its own and uses it at once', async () => {
    const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.kubectl.example}
spec:
  group: kubectl.example
  scope: Namespaced
  names: {plural: gadgets, kind: Gadget, shortNames: [gd]}
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, required: [size], properties: {size: {type: integer, maximum: 9}}}}}}
`;
    await ok('apply -f -', crd);
    expect(await ok('wait --for=condition=Established crd/gadgets.kubectl.example')).toContain('condition met');
    const gadget = (size: number): string => `apiVersion: kubectl.example/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: ${size}}\n`;
    expect((await kubectl('apply -f -', gadget(12))).stderr).toContain('spec.size in body should be less than or equal to 9');
    await ok('apply -f -', gadget(3));
    expect(await ok('get gd')).toMatch(/^NAME +SIZE\ng +3\n$/);
    expect(await ok('explain gadget.spec')).toContain('size\t<integer> -required-');
    await ok('delete crd gadgets.kubectl.example --timeout=10s');
    expect((await kubectl('get gd')).code).toBe(1);
  });
});
