import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pod, Service } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { ClusterClock } from '../../../system/clock.ts';
import { controlPlane } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { EmbeddedCluster } from '../../cluster.ts';
import type { NotSimulated } from '../../kubelet/node-services.ts';

/** A cluster in which scripts run as a service account that may edit the namespace. */
class ScriptWorld {
  readonly clock = new ClusterClock(Date.parse('2026-03-01T10:00:00Z'));
  readonly notSimulated: NotSimulated[] = [];
  readonly cluster: EmbeddedCluster;
  readonly api: ApiClient;
  #count = 0;

  constructor() {
    this.cluster = EmbeddedCluster.create({ clock: this.clock, onCannotSimulate: (report) => this.notSimulated.push(report) });
    this.api = this.cluster.core.clientFor(controlPlane('kubernetes-admin', 'kubectl'));
    this.cluster.start();
    const rbac = 'rbac.authorization.k8s.io';
    this.create('namespaces', { kind: 'Namespace', metadata: { name: 'lab' } });
    for (const name of ['deployer', 'nobody'])
      this.create('serviceaccounts', { kind: 'ServiceAccount', metadata: { name, namespace: 'lab' } });
    this.create(`rolebindings.${rbac}`, {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'deployer', namespace: 'lab' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'edit' },
      subjects: [{ kind: 'ServiceAccount', name: 'deployer', namespace: 'lab' }],
    });
  }

  create(resource: string, object: Omit<KubeObject, 'apiVersion'> & { apiVersion?: string }): void {
    this.api.create(resource, { apiVersion: 'v1', ...object } as KubeObject);
  }

  get<T extends KubeObject>(resource: string, name: string): T | undefined {
    return this.api.get<T>(resource, 'lab', name);
  }

  /** What a script prints, both streams together, and its exit code. */
  async run(script: string, account = 'deployer'): Promise<{ text: string; code: number | undefined }> {
    const name = `script-${this.#count++}`;
    const container = { name: 'main', image: 'lab/deployer:1.0', command: ['bash', '-c', script] };
    this.create('pods', {
      kind: 'Pod',
      metadata: { name, namespace: 'lab' },
      spec: { serviceAccountName: account, restartPolicy: 'Never', containers: [container] },
    });
    const pod = (): Pod => this.get<Pod>('pods', name)!;
    const isOver = (): boolean => ['Succeeded', 'Failed'].includes(pod().status?.phase ?? '');
    await this.clock.advance({ deadlineMs: this.clock.now() + 600_000, until: isOver });
    const text: string[] = [];
    const options = { container: 'main', follow: false, previous: false, timestamps: false };
    this.cluster.logs!.open(pod(), options)({ text: (chunk) => void text.push(chunk), end: () => undefined });
    return { text: text.join(''), code: pod().status?.containerStatuses?.[0]?.state?.terminated?.exitCode };
  }

  async close(): Promise<void> {
    this.clock.stop();
    await this.cluster.close();
  }
}

let w: ScriptWorld;
beforeEach(() => {
  w = new ScriptWorld();
});
afterEach(() => w.close());

const SHOP = `cat > /tmp/shop.yaml <<'EOF'
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  progressDeadlineSeconds: 20
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - {name: shop, image: 'lab/shop:1.0', readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 1}}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop, version: "1.0"}
  ports: [{port: 80, targetPort: 8080}]
EOF
kubectl apply -f /tmp/shop.yaml
`;

describe('a script in a pod', () => {
  it('applies, and applies again', async () => {
    const { text, code } = await w.run(
      `${SHOP}kubectl apply -f /tmp/shop.yaml; sed s/1.0/1.1/ /tmp/shop.yaml | kubectl apply -f - | grep configured`,
    );
    expect(code).toBe(0);
    expect(text.split('\n')).toEqual([
      'deployment.apps/shop created',
      'service/shop created',
      'deployment.apps/shop unchanged',
      'service/shop unchanged',
      'deployment.apps/shop configured',
      'service/shop configured',
      '',
    ]);
    expect(w.get('deployments.apps', 'shop')).toMatchObject({ spec: { template: { spec: { containers: [{ image: 'lab/shop:1.1' }] } } } });
  });

  it('waits for a rollout, and hears when it fails', async () => {
    const { text } = await w.run(`${SHOP}kubectl rollout status deployment/shop --timeout=1m; echo "code $?"
kubectl set image deployment/shop shop=lab/shop:1.6
kubectl rollout status deploy shop --timeout=1m; echo "code $?"
kubectl rollout status deploy shop --timeout=2s >/dev/null; echo "code $?"`);
    expect(text).toContain('deployment "shop" successfully rolled out\ncode 0\n');
    expect(text).toContain('deployment.apps/shop image updated\n');
    expect(text).toContain('error: deployment "shop" exceeded its progress deadline\ncode 1\n');
  });

  it('patches a Service by parts, and says when nothing changed', async () => {
    const patch = `kubectl patch svc shop -p '{"spec":{"selector":{"version":"1.1"}}}'`;
    const { text } = await w.run(`${SHOP}${patch}; ${patch}; kubectl set selector service shop app=shop`);
    expect(text).toContain('service/shop patched\nservice/shop patched (no change)\nservice/shop selector updated\n');
    expect(w.get<Service>('services', 'shop')!.spec.selector).toEqual({ app: 'shop' });
  });

  it('gets what it asks for in the form that it asks for', async () => {
    const { text, code } = await w.run(`${SHOP}kubectl rollout status deployment shop >/dev/null
kubectl get deployments.apps shop --no-headers
kubectl get pods -l app=shop -o jsonpath='{range .items[*]}{.status.phase}{"\\n"}{end}'
kubectl get svc shop -o jsonpath='{.spec.selector.version}{" "}{.spec.ports[0].port}{"\\n"}'
kubectl get deploy -o name
kubectl get cm nothing --ignore-not-found
kubectl get cm nothing; echo "code $?"`);
    expect(code).toBe(0);
    expect(text).toMatch(/^shop +2\/2 +2 +2 +\d+s$/m);
    expect(text).toContain('Running\nRunning\n1.0 80\ndeployment.apps/shop\n');
    expect(text).toContain('Error from server (NotFound): configmaps "nothing" not found\ncode 1\n');
  });

  it('waits for conditions, fields and ends', async () => {
    const { text } = await w.run(`${SHOP}kubectl wait --for=condition=Available deployment/shop --timeout=1m
kubectl wait --for=jsonpath='{.status.readyReplicas}'=2 deployment/shop
kubectl wait --for=condition=Progressing=False deployment/shop --timeout=3s; echo "code $?"
kubectl scale deployment shop --replicas=0
kubectl delete -f /tmp/shop.yaml; kubectl delete deployment shop; kubectl delete deployment shop --ignore-not-found; echo "code $?"`);
    expect(text).toContain('deployment.apps/shop condition met\ndeployment.apps/shop condition met\n');
    expect(text).toContain('error: timed out waiting for the condition on deployments/shop\ncode 1\n');
    expect(text).toContain('deployment.apps/shop scaled\ndeployment.apps "shop" deleted\nservice "shop" deleted\n');
    expect(text).toContain('Error from server (NotFound): deployments.apps "shop" not found\ncode 0\n');
  });

  it('waits no longer than it is told, and for what is gone not at all', async () => {
    const { text } = await w.run(`${SHOP}kubectl wait --for=condition=Progressing=False deployment/shop --timeout=0s; echo "code $?"
kubectl wait --for=condition=Available deployment/shop --timeout=-1s
kubectl wait --for=condition=Ready pod -l app=nobody; echo "code $?"
kubectl wait --for=delete pod -l app=nobody; echo "code $?"
kubectl delete service shop --wait=false
kubectl wait --for=delete service/shop; echo "code $?"
kubectl delete deployment shop --wait=false
kubectl wait --for=delete pod -l app=shop --timeout=2m; echo "code $?"`);
    expect(text).toContain('error: condition not met for deployments/shop\ncode 1\ndeployment.apps/shop condition met\n');
    expect(text).toContain('error: no matching resources found\ncode 1\ncode 0\n');
    expect(text).toContain('service "shop" deleted\ncode 0\n');
    expect(text).toMatch(/(pod\/shop-\w+-\w+ condition met\n){2}code 0\n$/);
  });

  it('may do what its account may, and no more', async () => {
    const { text } = await w.run(`${SHOP}kubectl get svc; kubectl -n kube-system get secrets; echo "code $?"`, 'nobody');
    expect(text).toContain('User "system:serviceaccount:lab:nobody" cannot ');
    expect(text).toContain('Error from server (Forbidden): ');
    expect(text).toContain('code 1');
    expect(w.get('deployments.apps', 'shop')).toBeUndefined();
  });

  it('is told what is wrong with its manifest', async () => {
    const { text } = await w.run(`echo 'kind: ConfigMap' | kubectl apply -f -; echo "code $?"
printf 'apiVersion: lab/v1\\nkind: Nothing\\nmetadata: {name: x}\\n' | kubectl apply -f -; echo "code $?"
kubectl apply -f /nowhere.yaml; echo "code $?"; kubectl get gadgets; echo "code $?"`);
    expect(text).toContain('apiVersion not set');
    expect(text).toContain('no matches for kind "Nothing" in version "lab/v1"');
    expect(text).toContain('error: the path "/nowhere.yaml" does not exist\ncode 1\n');
    expect(text).toContain(`error: the server doesn't have a resource type "gadgets"\ncode 1\n`);
  });

  it('gets no verdict where it asks for something that is not there', async () => {
    await w.run('kubectl top pods');
    expect(w.notSimulated).toMatchObject([{ pod: 'script-0', message: expect.stringContaining('kubectl top is not modelled') as string }]);
  });
});
