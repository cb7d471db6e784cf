import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyManifests } from '../../src/kube/apply.ts';
import { LAST_APPLIED_ANNOTATION } from '../../src/kube/last-applied.ts';
import { parseManifests } from '../../src/kube/manifest.ts';
import { hasProgram } from '../support/has-program.ts';
import { ServedCluster } from '../support/served-cluster.ts';

const RESOURCES: Record<string, string> = {
  ConfigMap: 'configmaps',
  Service: 'services',
  Rollout: 'rollouts.argoproj.io',
  AnalysisTemplate: 'analysistemplates.argoproj.io',
};

/** Versions of one file, as somebody edits it. */
const VERSIONS: string[] = [
  `apiVersion: v1
kind: ConfigMap
metadata:
  name: rules
  labels: {on: "yes", team: a}
data:
  html: "<a href='x'>&amp;</a>"
  text: |
    héé
    two
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: shop, image: "shop:1", env: [{name: A, value: "1"}], ports: [{containerPort: 8080, protocol: TCP}]}
  strategy: {blueGreen: {activeService: shop, autoPromotionEnabled: false}}
`,
];
VERSIONS.push(
  VERSIONS[0]!.replace(', team: a', '').replace('two', 'three').replace('port: 80,', 'port: 81,').replace('shop:1', 'shop:2'),
  VERSIONS[0]!
    .replace(', autoPromotionEnabled: false', '')
    .replace('env: [{name: A, value: "1"}], ', '')
    .replace('app: shop}\n  ports', 'app: shop, tier: web}\n  ports'),
);

describe.runIf(hasProgram('kubectl', 'version', '--client'))('lab apply and kubectl apply', () => {
  let cluster: ServedCluster;

  beforeAll(async () => {
    cluster = await ServedCluster.start();
  });

  afterAll(() => cluster.stop());

  const withLab = async (text: string): Promise<string[]> => {
    const { applied, problems } = await applyManifests(cluster.client, parseManifests(text, 'a.yaml'), 'default');
    expect(problems).toEqual([]);
    return applied.map(({ name, outcome }) => `${name} ${outcome}`);
  };

  const withKubectl = async (text: string): Promise<string[]> => {
    const { stdout, stderr, exitCode } = await cluster.run('kubectl', 'apply', '-f', await cluster.file('a.yaml', text));
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout.trimEnd().split('\n');
  };

  /** What the objects of the file are now: what was applied, and what came of it. */
  const state = (text: string) =>
    Promise.all(
      parseManifests(text, 'a.yaml').map(async ({ object }) => {
        const { metadata, ...rest } = (await cluster.client.get(RESOURCES[object.kind]!, 'default', object.metadata.name))!;
        const { clusterIP: _ip, clusterIPs: _ips, ...spec } = (rest['spec'] ?? {}) as Record<string, unknown>;
        return {
          name: metadata.name,
          labels: metadata.labels,
          applied: metadata.annotations?.[LAST_APPLIED_ANNOTATION],
          data: rest['data'],
          spec,
        };
      }),
    );

  const remove = async (): Promise<void> => {
    await cluster.run('kubectl', 'delete', '-f', await cluster.file('a.yaml', VERSIONS[0]!), '--wait=false');
  };

  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 1],
    [0, 2, 0],
  ];

  it.each(orders)('lead to the same objects for versions %i, %i, %i', async (...order) => {
    const sequence = order.map((index) => VERSIONS[index]!);
    for (const text of sequence) await withKubectl(text);
    const theirs = await state(VERSIONS[0]!);
    await remove();
    for (const text of sequence) await withLab(text);
    expect(await state(VERSIONS[0]!)).toEqual(theirs);
    await remove();
  });

  it('find nothing to do after each other', async () => {
    const unchanged = ['configmap/rules unchanged', 'service/shop unchanged', 'rollout.argoproj.io/shop unchanged'];
    for (const text of VERSIONS) {
      await withLab(text);
      expect(await withKubectl(text)).toEqual(unchanged);
      expect(await withLab(text)).toEqual(unchanged);
    }
    await remove();
  });

  it('say the same about what they did', async () => {
    expect(await withLab(VERSIONS[0]!)).toEqual(['configmap/rules created', 'service/shop created', 'rollout.argoproj.io/shop created']);
    const configured = ['configmap/rules configured', 'service/shop configured', 'rollout.argoproj.io/shop configured'];
    expect(await withKubectl(VERSIONS[1]!)).toEqual(configured);
    expect(await withLab(VERSIONS[0]!)).toEqual(configured);
  });
});
