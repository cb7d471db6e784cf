import type { Metric } from '../../../../kube/types/rollouts.ts';
import type { Clock } from '../../../../system/clock.ts';
import type { ApiClient } from '../../../api/client.ts';
import type { VirtualNetwork } from '../../../network/http.ts';
import { JobProvider } from './job-provider.ts';
import { ProviderError, type Provider } from './provider.ts';

export interface ProviderTools {
  api: ApiClient;
  clock: Clock;
  network: VirtualNetwork;
}

/** Chooses the provider of a metric. Models metricproviders.go NewProvider. */
export function providerFor(tools: ProviderTools): (metric: Metric, namespace: string) => Provider {
  const job = new JobProvider(tools);
  return ({ name, provider }) => {
    if (provider.job) return job;
    throw new ProviderError(`no valid provider in metric '${name}'`);
  };
}
