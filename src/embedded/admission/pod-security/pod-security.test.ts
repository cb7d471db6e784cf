import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Container, Pod, PodSpec } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { KubeletWorld } from '../../kubelet/testing/kubelet-world.ts';
import type { ApiRequest } from '../../api/request.ts';
import { admitPodSecurity, findViolations } from './pod-security.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

const main = (rest: Record<string, unknown> = {}): Container => ({ name: 'main', ...rest });
const detail = (level: 'baseline' | 'restricted', spec: PodSpec, minor?: number): string =>
  findViolations({ level, minor }, spec)
    .map((violation) => `${violation.reason} (${violation.detail})`)
    .join(', ');

const RESTRICTED: PodSpec = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [main({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } })],
};

describe('what breaks a standard', () => {
  test.each<[string, PodSpec]>([
    ['', { containers: [main()] }],
    ['host namespaces (hostNetwork=true, hostPID=true)', { hostNetwork: true, hostPID: true, containers: [main()] }],
    [
      'privileged (containers "init", "main" must not set securityContext.privileged=true)',
      {
        initContainers: [{ name: 'init', securityContext: { privileged: true } }],
        containers: [main({ securityContext: { privileged: true } })],
      },
    ],
    [
      'non-default capabilities (container "main" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
      { containers: [main({ securityContext: { capabilities: { add: ['SYS_TIME', 'KILL', 'NET_ADMIN'] } } })] },
    ],
    ['hostPath volumes (volume "v")', { volumes: [{ name: 'v', hostPath: { path: '/' } }], containers: [main()] }],
    ['hostPort (container "main" uses hostPorts 80, 8080)', { containers: [main({ ports: [{ hostPort: 8080 }, { hostPort: 80 }] })] }],
    [
      'probe or lifecycle host (container "main" uses probe or lifecycle host "10.0.0.1")',
      { containers: [main({ livenessProbe: { httpGet: { port: 80, host: '10.0.0.1' } } })] },
    ],
    [
      'seccompProfile (pod and container "main" must not set securityContext.seccompProfile.type to "Unconfined")',
      {
        securityContext: { seccompProfile: { type: 'Unconfined' } },
        containers: [main({ securityContext: { seccompProfile: { type: 'Unconfined' } } })],
      },
    ],
    [
      'forbidden sysctls (kernel.msgmax)',
      { securityContext: { sysctls: [{ name: 'kernel.msgmax' }, { name: 'net.ipv4.tcp_rmem' }] }, containers: [main()] },
    ],
    [
      'seLinuxOptions (container "main" set forbidden securityContext.seLinuxOptions: type "x_t"; user may not be set)',
      { containers: [main({ securityContext: { seLinuxOptions: { type: 'x_t', user: 'u' } } })] },
    ],
    [
      'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
      { securityContext: { appArmorProfile: { type: 'Unconfined' } }, containers: [main()] },
    ],
    [
      'procMount (container "main" must not set securityContext.procMount to "Unmasked")',
      { containers: [main({ securityContext: { procMount: 'Unmasked' } })] },
    ],
  ])('baseline: %j', (expected, spec) => {
    expect(detail('baseline', spec)).toBe(expected);
  });

  test('restricted: what is not said is wrong, too', () => {
    expect(detail('restricted', { containers: [main()] })).toBe(
      'allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "main" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
    expect(detail('restricted', RESTRICTED)).toBe('');
  });

  test.each<[string, Partial<PodSpec>]>([
    [
      'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
      {
        volumes: [
          { name: 'a', nfs: {} },
          { name: 'b', hostPath: {} },
        ],
      },
    ],
    [
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
      { securityContext: { runAsNonRoot: false, seccompProfile: { type: 'Localhost' } } },
    ],
    ['runAsUser=0 (pod must not set runAsUser=0)', { securityContext: { ...(RESTRICTED['securityContext'] as object), runAsUser: 0 } }],
  ])('restricted: %s', (expected, change) => {
    expect(detail('restricted', { ...RESTRICTED, ...change })).toBe(expected);
  });

  test('an older version knows less', () => {
    const probe = { containers: [main({ livenessProbe: { tcpSocket: { port: 80, host: 'h' } } })] };
    expect(detail('baseline', probe, 33)).toBe('');
    expect(detail('baseline', { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] }, containers: [main()] }, 31)).toContain(
      'tcp_rmem',
    );
  });
});

describe('a namespace', () => {
  let w: KubeletWorld;
  let warnings: string[];
  beforeEach(() => {
    w = new KubeletWorld();
    warnings = [];
  });
  afterEach(() => w.stop());

  const label = (labels: Record<string, string>): KubeObject =>
    w.api.patch<KubeObject>('namespaces', undefined, 'lab', { type: 'merge', body: { metadata: { labels } } });
  const request = (resource: string): ApiRequest => ({
    caller: { user: 'u', groups: [], userAgent: 'kubectl' },
    definition: w.cluster.core.registry.get(resource)!,
    warn: (message) => warnings.push(message),
  });
  const judge = (resource: string, draft: KubeObject, previous?: KubeObject): void =>
    admitPodSecurity(w.cluster.core.store, request(resource), draft, previous);

  test('refuses pods below the standard that it enforces, and no others', () => {
    label({ [ENFORCE]: 'baseline' });
    w.createPod('a', { containers: [main()] });
    expect(() => w.createPod('b', { hostNetwork: true, containers: [main()] })).toThrow(
      'pods "b" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
    );
    label({ [`${ENFORCE}-version`]: 'v1.30', [ENFORCE]: 'restricted' });
    expect(() => w.createPod('c', { containers: [main()] })).toThrow('violates PodSecurity "restricted:v1.30": allowPrivilegeEscalation');
    w.createPod('d', {
      ...RESTRICTED,
      containers: RESTRICTED.containers.map((container) => ({ image: 'debian:bookworm-slim', ...container })),
    });
    label({ [ENFORCE]: 'privileged' });
    w.createPod('e', { hostNetwork: true, containers: [main()] });
  });

  test('lets pods that are there be changed, except for their images', () => {
    w.createPod('a', { containers: [main()] });
    label({ [ENFORCE]: 'restricted' });
    w.api.patch<Pod>('pods', 'lab', 'a', { type: 'merge', body: { metadata: { labels: { x: 'y' } } } });
    const image = { spec: { containers: [{ name: 'main', image: 'debian:12' }] } };
    expect(() => w.api.patch<Pod>('pods', 'lab', 'a', { type: 'strategic', body: image })).toThrow(
      'violates PodSecurity "restricted:latest"',
    );
  });

  test('takes no label that it cannot follow, and goes by the strictest where it has one', () => {
    expect(() => label({ [ENFORCE]: 'strict', 'pod-security.kubernetes.io/warn-version': '1.30' })).toThrow(
      'Namespace "lab" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.30": must be "latest" or "v1.x"]',
    );
    const lab = w.api.get<KubeObject>('namespaces', undefined, 'lab')!;
    w.cluster.core.store.put('namespaces', { ...lab, metadata: { ...lab.metadata, labels: { [ENFORCE]: 'strict' } } });
    expect(() => w.createPod('a', { containers: [main()] })).toThrow('violates PodSecurity "restricted:latest"');
  });

  test('warns about pods and templates, as it enforces unless it says otherwise', () => {
    const spec: PodSpec = { hostPID: true, containers: [main()] };
    const template = (kind: string): KubeObject => ({
      apiVersion: 'v1',
      kind,
      metadata: { name: 'x', namespace: 'lab' },
      spec: { template: { spec } },
    });
    judge('deployments.apps', template('Deployment'));
    expect(warnings).toEqual([]);
    label({ [ENFORCE]: 'baseline' });
    judge('deployments.apps', template('Deployment'));
    const cronJob = { ...template('CronJob'), spec: { jobTemplate: template('Job') } };
    judge('cronjobs.batch', cronJob);
    judge('rollouts.argoproj.io', template('Rollout'));
    const warning = 'would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)';
    expect(warnings.splice(0)).toEqual([warning, warning]);
    label({ 'pod-security.kubernetes.io/warn': 'privileged' });
    judge('deployments.apps', template('Deployment'));
    expect(warnings).toEqual([]);
  });

  test('names the pods that break what it comes to ask for', () => {
    for (const name of ['b', 'a', 'c']) w.createPod(name, { hostPID: true, containers: [main()] });
    w.createPod('d', { containers: [main()] });
    const previous = w.api.get<KubeObject>('namespaces', undefined, 'lab')!;
    const draft = { ...previous, metadata: { ...previous.metadata, labels: { [ENFORCE]: 'baseline' } } };
    judge('namespaces', draft, previous);
    expect(warnings.splice(0)).toEqual([
      'existing pods in namespace "lab" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 2 other pods): host namespaces',
    ]);
    judge('namespaces', previous, draft);
    expect(warnings).toEqual([]);
  });
});
