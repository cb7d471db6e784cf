import type { ClusterAnswer, ClusterRequest } from '../apps/gitops/cluster-api.ts';
import { ClusterRoleAggregation } from './api/access/cluster-role-aggregation.ts';
import { unclassified } from './api/api-error.ts';
import { CustomResourceController } from './api/custom-resources/custom-resource-controller.ts';
import type { PodCommands, PodLogs } from './api/pod-ports.ts';
import type { ResourceRegistry } from './api/resource-registry.ts';
import type { ControlPlane, Controller } from './controllers/control-plane.ts';
import { workloadControllers } from './controllers/workload-controllers.ts';
import type { Faults } from './faults.ts';
import type { Pod } from '../kube/types/core.ts';
import type { ContainerLogs } from './kubelet/container-logs.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { NotSimulated } from './kubelet/node-services.ts';
import { Scheduler } from './kubelet/scheduler.ts';
import type { ClusterNetwork } from './network/cluster-network.ts';
import type { ImageCatalog } from './programs/image.ts';
import type { Repositories } from './repositories.ts';
import { rolloutsControllers } from './rollouts/rollouts-controllers.ts';
import type { SandboxPool } from './shell/container-process.ts';
import { tektonControllers } from './tekton/tekton-controllers.ts';

/** What the parts of a control plane are made from. */
export interface ControlPlaneParts {
  plane: ControlPlane;
  registry: ResourceRegistry;
  /** The cluster's CA certificate. */
  caPem: string;
  nodeNames: readonly string[];
  faults: Faults;
  network: ClusterNetwork;
  /** What brings Services to the network. */
  proxy: Controller;
  images: ImageCatalog;
  sandboxes: SandboxPool;
  containerLogs: ContainerLogs;
  /** A token of a pod's service account. */
  tokenOf(pod: Pod): string;
  /** Asks the API as a pod's service account. */
  callApiAs(pod: Pod, request: ClusterRequest): Promise<ClusterAnswer>;
  repositories?: Repositories | undefined;
  onCannotSimulate?: ((report: NotSimulated) => void) | undefined;
}

/** The parts of a control plane, in the order in which they start and hear of changes. */
export interface AssembledControlPlane {
  controllers: Controller[];
  logs?: PodLogs;
  commands?: PodCommands;
}

/** Puts together everything that acts by itself in a cluster; with `rollouts` that answers none, Argo Rollouts is left to who comes from outside. */
export function assembleControlPlane(parts: ControlPlaneParts, rollouts = rolloutsControllers): AssembledControlPlane {
  const { plane, registry, caPem, network, proxy, nodeNames } = parts;
  const kubelets = new Map(nodeNames.map((nodeName) => [nodeName, new Kubelet({ ...parts, nodeName })]));
  const kubeletOf = ({ spec }: Pod): Kubelet => {
    const kubelet = kubelets.get(spec.nodeName ?? '');
    if (!kubelet) throw unclassified(`nodes "${spec.nodeName ?? ''}" not found`);
    return kubelet;
  };
  return {
    controllers: [
      new CustomResourceController(plane),
      new ClusterRoleAggregation(plane),
      ...workloadControllers(plane, { registry, caPem }),
      ...rollouts(plane, { network }),
      ...tektonControllers(plane, { images: parts.images }),
      new Scheduler(plane),
      proxy,
      ...kubelets.values(),
    ],
    logs: { open: (pod, options) => kubeletOf(pod).open(pod, options) },
    commands: { run: (pod, command, sink) => kubeletOf(pod).run(pod, command, sink) },
  };
}
