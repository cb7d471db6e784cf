import type { Metric, MetricProvider } from '../../../../kube/types/rollouts.ts';
import type { Clock } from '../../../../system/clock.ts';
import type { ApiClient } from '../../../api/client.ts';
import type { VirtualNetwork } from '../../../network/http.ts';
import { JobProvider } from './job-provider.ts';
import { PrometheusProvider } from './prometheus-provider.ts';
import { ProviderError, type Provider } from './provider.ts';
import { WebProvider } from './web-provider.ts';

export interface ProviderTools {
  api: ApiClient;
  clock: Clock;
  network: VirtualNetwork;
}

/** The Secrets in the controller's namespace without which these providers do not even begin. */
const CREDENTIALS: readonly [provider: string, secret: string][] = [
  ['wavefront', 'wavefront-api-tokens'],
  ['newRelic', 'newrelic'],
  ['influxdb', 'influxdb'],
];
/** Providers that ask services outside the cluster, which nothing in it can reach. */
const OUTSIDE: readonly string[] = ['kayenta', 'datadog', 'graphite', 'cloudWatch', 'skywalking'];

/** Chooses the provider of a metric; the answer throws ProviderError where there is none. Models metricproviders.go NewProvider. */
export function providerFor(tools: ProviderTools): (metric: Metric) => Provider {
  const job = new JobProvider(tools);
  return ({ name, provider }) => {
    if (provider.prometheus) return new PrometheusProvider(tools, provider.prometheus);
    if (provider.job) return job;
    if (provider.web) return new WebProvider(tools, provider.web);
    throw new ProviderError(problemOf(name, provider));
  };
}

function problemOf(metricName: string, provider: MetricProvider): string {
  const credentials = CREDENTIALS.find(([name]) => provider[name]);
  if (credentials) return `secrets "${credentials[1]}" not found`;
  const outside = OUTSIDE.find((name) => provider[name]);
  if (outside !== undefined) return `the provider ${outside} asks a service outside the cluster, and this cluster has no way out`;
  const [plugin] = Object.keys(provider['plugin'] ?? {});
  if (plugin === undefined) return `no valid provider in metric '${metricName}'`;
  const missing = `unable to find plugin (${plugin}): plugin ${plugin} not configured in configmap`;
  return `failed to create plugin: unable to get metric plugin: unable to start plugin system: ${missing}`;
}
