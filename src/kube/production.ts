import type { KubeClient } from './client.ts';
import { rolloutPhase } from './rollout-phase.ts';
import { isOwnedBy, revisionOf } from './rollout-view/ownership.ts';
import { POD_HASH_LABEL } from './rollout-view/replica-set-node.ts';
import type { KubeObject } from './types/meta.ts';
import type { Rollout, RolloutPhase } from './types/rollouts.ts';
import type { ReplicaSet } from './types/workloads.ts';

/** Which objects production is made of. */
export interface ProductionNames {
  namespace: string;
  production: { rollout: string; container: string; activeService: string; previewService: string };
}

/** What a Service sends its clients to. */
export interface ServedRelease {
  service: string;
  /** Tag of the container's image; absent when the Service selects no ReplicaSet of the Rollout. */
  release?: string;
  image?: string;
  podTemplateHash?: string;
  revision?: number;
  readyEndpoints: number;
}

/** Who serves customers, who waits, and what the Rollout says about it. Parts that are not in the cluster are absent. */
export interface ProductionView {
  production?: ServedRelease;
  preview?: ServedRelease;
  rollout?: { name: string; phase: RolloutPhase; message: string; image?: string; release?: string; revision?: number };
}

type Service = KubeObject & { spec?: { selector?: Record<string, string> } };
type EndpointSlice = KubeObject & { endpoints?: { conditions?: { ready?: boolean } }[] | null };

/** Looks at production as it is at this moment. */
export async function readProduction(client: KubeClient, { namespace, production }: ProductionNames): Promise<ProductionView> {
  const { rollout: name, container, activeService, previewService } = production;
  const [rollout, active, preview, replicaSets, slices] = await Promise.all([
    client.get<Rollout>('rollouts.argoproj.io', namespace, name),
    client.get<Service>('services', namespace, activeService),
    client.get<Service>('services', namespace, previewService),
    client.list<ReplicaSet>('replicasets.apps', { namespace }),
    client.list<EndpointSlice>('endpointslices.discovery.k8s.io', { namespace }),
  ]);
  const own = rollout ? replicaSets.items.filter((replicaSet) => isOwnedBy(replicaSet, rollout)) : [];
  const served = (service: Service): ServedRelease => ({
    service: service.metadata.name,
    ...(rollout ? releaseBehind(service, own, container) : releaseSelected(service, replicaSets.items, container)),
    readyEndpoints: readyEndpoints(service.metadata.name, slices.items),
  });
  return {
    ...(active && { production: served(active) }),
    ...(preview && { preview: served(preview) }),
    ...(rollout && { rollout: describeRollout(rollout, container) }),
  };
}

function releaseBehind({ spec }: Service, replicaSets: readonly ReplicaSet[], container: string): Partial<ServedRelease> {
  const podTemplateHash = spec?.selector?.[POD_HASH_LABEL];
  const replicaSet = replicaSets.find(({ metadata }) => metadata.labels?.[POD_HASH_LABEL] === podTemplateHash);
  if (podTemplateHash === undefined || !replicaSet) return podTemplateHash === undefined ? {} : { podTemplateHash };
  return { ...imageOf(replicaSet.spec.template.spec.containers, container), podTemplateHash, revision: revisionOf(replicaSet) };
}

/** Without a Rollout: the release of the pods that the Service selects, when they are all of one. */
function releaseSelected({ spec }: Service, replicaSets: readonly ReplicaSet[], container: string): Partial<ServedRelease> {
  const wanted = Object.entries(spec?.selector ?? {});
  const selected = replicaSets.filter(({ spec: { replicas = 1, template } }) => {
    const labels = template.metadata?.labels ?? {};
    return replicas > 0 && wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
  });
  const images = new Set(selected.map(({ spec: { template } }) => imageOf(template.spec.containers, container).image));
  return images.size === 1 ? imageOf(selected[0]!.spec.template.spec.containers, container) : {};
}

function describeRollout(rollout: Rollout, container: string): NonNullable<ProductionView['rollout']> {
  const revision = revisionOf(rollout);
  return {
    name: rollout.metadata.name,
    ...rolloutPhase(rollout),
    ...imageOf(rollout.spec.template?.spec.containers ?? [], container),
    ...(revision > 0 && { revision }),
  };
}

function imageOf(containers: readonly { name: string; image?: string }[], name: string): { image?: string; release?: string } {
  const image = containers.find((container) => container.name === name)?.image;
  return image === undefined ? {} : { image, release: tagOf(image) };
}

/** The tag of an image reference; `latest` when it has none, the digest when that is all it has. */
export function tagOf(image: string): string {
  const [reference, digest] = image.split('@') as [string, string?];
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  return tag ?? digest ?? 'latest';
}

function readyEndpoints(service: string, slices: readonly EndpointSlice[]): number {
  return slices
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false).length;
}
