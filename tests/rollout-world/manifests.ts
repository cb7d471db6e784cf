import type { KubeObject } from '../../src/kube/types/meta.ts';
import type { AnalysisTemplate, BlueGreenStrategy, Metric, Rollout, RolloutSpec, WebMetric } from '../../src/kube/types/rollouts.ts';
import type { Container } from '../../src/kube/types/core.ts';

export const IMAGE = 'debian:bookworm-slim';

/** Images of the pod `web`, and which release of the shop is in each. */
export const WEB_IMAGES: readonly [image: string, release: string][] = ['1.0', '1.6'].map((release) => [`lab/shop:${release}`, release]);

const RESOURCES: Record<string, string> = {
  Rollout: 'rollouts.argoproj.io',
  AnalysisTemplate: 'analysistemplates.argoproj.io',
  Experiment: 'experiments.argoproj.io',
  Service: 'services',
  Secret: 'secrets',
  ConfigMap: 'configmaps',
  PodDisruptionBudget: 'poddisruptionbudgets.policy',
  Deployment: 'deployments.apps',
  Pod: 'pods',
};

/** The GroupResource of an object that programs create. */
export function resourceOf({ kind }: KubeObject): string {
  return RESOURCES[kind]!;
}

export function service(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 8080 }] },
  };
}

/** How the pods of one version are. */
export interface Version {
  /** Never, or only so many seconds after their start. */
  ready?: 'never' | number;
  /** Ready as long as there is this file. */
  readyWhileExists?: string;
  image?: string;
  command?: string[];
}

/** A pod template; templates of different versions have different hashes. */
export function template(version: string, { ready, readyWhileExists, image = IMAGE, command = ['sleep', '3600'] }: Version = {}) {
  const probe =
    ready === 'never'
      ? { exec: { command: ['false'] }, periodSeconds: 5 }
      : { exec: { command: ['true'] }, initialDelaySeconds: ready, periodSeconds: 1 };
  const container: Container = {
    name: 'shop',
    image,
    command,
    env: [{ name: 'VERSION', value: version }],
    ...(ready !== undefined && { readinessProbe: probe }),
    ...(readyWhileExists && { readinessProbe: { exec: { command: ['test', '-e', readyWhileExists] }, periodSeconds: 1 } }),
  };
  return { metadata: { labels: { app: 'shop' } }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } };
}

type Strategy = Partial<BlueGreenStrategy>;

/** The Rollout `shop` in blue/green with Services `active` and `preview`. */
export function blueGreen(version: string, strategy: Strategy = {}, spec: Partial<RolloutSpec> = {}, how: Version = {}): Rollout {
  const services = { activeService: 'active', previewService: 'preview', scaleDownDelaySeconds: 30 };
  return rollout(version, { blueGreen: { ...services, ...strategy } }, spec, how);
}

/** The Rollout `shop` as a canary without a traffic router. */
export function canary(version: string, strategy: Record<string, unknown>, spec: Partial<RolloutSpec> = {}, how: Version = {}): Rollout {
  return rollout(version, { canary: strategy }, spec, how);
}

function rollout(version: string, strategy: NonNullable<RolloutSpec['strategy']>, spec: Partial<RolloutSpec>, how: Version): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'shop' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } }, template: template(version, how), strategy, ...spec },
  };
}

/** `prePromotionAnalysis` or `postPromotionAnalysis` that runs the template `gate`. */
export const gate = (name = 'gate', args?: { name: string; value: string }[]) => ({
  templates: [{ templateName: name }],
  ...(args && { args }),
});

export function analysisTemplate(
  metrics: Metric[],
  { name = 'gate', ...spec }: { name?: string } & Partial<AnalysisTemplate['spec']> = {},
): AnalysisTemplate {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name }, spec: { metrics, ...spec } };
}

/** A metric that runs a shell script as a Job, once. */
export function jobMetric(
  script: string,
  { name = 'scan', image = IMAGE, job = {}, ...metric }: Partial<Metric> & { image?: string; job?: Record<string, unknown> } = {},
): Metric {
  return {
    name,
    ...metric,
    provider: {
      job: {
        spec: {
          backoffLimit: 0,
          template: {
            spec: {
              restartPolicy: 'Never',
              terminationGracePeriodSeconds: 1,
              containers: [{ name: 'scan', image, command: ['sh', '-c', script] }],
            },
          },
          ...job,
        },
      },
    },
  };
}

/** A pod of the shop and a Service for it, which answers whether the pod is ready or not. */
export function web(release: string): [KubeObject, KubeObject] {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image: `lab/shop:${release}` }] },
  };
  const webService = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  };
  return [pod, webService];
}

/** A metric that asks the pod `web` for a path. */
export function webMetric(path: string, { name = 'probe', ...metric }: Partial<Metric> = {}, how: Partial<WebMetric> = {}): Metric {
  return { name, ...metric, provider: { web: { url: `http://web.{{args.namespace}}.svc${path}`, ...how } } };
}

/** The argument by which web metrics find the pod `web`: the controller lives in another namespace. */
export const NAMESPACE_ARGUMENT = { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } };
