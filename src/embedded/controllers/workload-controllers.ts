import type { ResourceRegistry } from '../api/resource-registry.ts';
import type { ControlPlane, Controller } from './control-plane.ts';
import { CronJobController } from './cron-job/cron-job-controller.ts';
import { DeploymentController } from './deployment/deployment-controller.ts';
import { DisruptionController } from './disruption/disruption-controller.ts';
import { EndpointSliceController } from './endpoints/endpoint-slice-controller.ts';
import { EndpointsController } from './endpoints/endpoints-controller.ts';
import { GarbageCollector } from './garbage-collector/garbage-collector.ts';
import { JobController } from './job/job-controller.ts';
import { OrphanedJobPods } from './job/orphaned-job-pods.ts';
import { TtlAfterFinished } from './job/ttl-after-finished.ts';
import { NamespaceController } from './namespace/namespace-controller.ts';
import { ReplicaSetController } from './replica-set/replica-set-controller.ts';
import { ResourceQuotaController } from './resource-quota/resource-quota-controller.ts';
import { DefaultServiceAccount } from './service-account/default-service-account.ts';
import { RootCaPublisher } from './service-account/root-ca-publisher.ts';

/** What the controllers need beside the control plane. */
export interface WorkloadDependencies {
  registry: ResourceRegistry;
  /** The cluster's CA certificate, which every namespace gets. */
  caPem: string;
}

/**
 * The controllers of kube-controller-manager that the kit models, in the order in which they hear of changes.
 * StatefulSets, DaemonSets and HorizontalPodAutoscalers are stored, but nothing acts on them.
 */
export function workloadControllers(plane: ControlPlane, { registry, caPem }: WorkloadDependencies): Controller[] {
  return [
    new DeploymentController(plane),
    new ReplicaSetController(plane),
    new JobController(plane),
    new OrphanedJobPods(plane),
    new TtlAfterFinished(plane),
    new CronJobController(plane),
    new EndpointsController(plane),
    new EndpointSliceController(plane),
    new DisruptionController(plane),
    new DefaultServiceAccount(plane),
    new ResourceQuotaController(plane),
    new RootCaPublisher(plane, caPem),
    new NamespaceController(plane, registry),
    new GarbageCollector(plane, registry),
  ];
}
