import { ClusterRoleAggregation } from './api/access/cluster-role-aggregation.ts';
import { CustomResourceController } from './api/custom-resources/custom-resource-controller.ts';
import type { PodLogs } from './api/pod-ports.ts';
import type { ResourceRegistry } from './api/resource-registry.ts';
import type { ControlPlane, Controller } from './controllers/control-plane.ts';
import { workloadControllers } from './controllers/workload-controllers.ts';
import type { Faults } from './faults.ts';
import type { ImageCatalog } from './programs/image.ts';
import { rolloutsControllers } from './rollouts/rollouts-controllers.ts';

/** What the parts of a control plane are made from. */
export interface ControlPlaneParts {
  plane: ControlPlane;
  registry: ResourceRegistry;
  /** The cluster's CA certificate. */
  caPem: string;
  nodeName: string;
  faults: Faults;
  /** Absent where nothing is to run in the pods. */
  images?: ImageCatalog | undefined;
}

/** The parts of a control plane, in the order in which they start and hear of changes. */
export interface AssembledControlPlane {
  controllers: Controller[];
  logs?: PodLogs;
}

/** Puts together everything that acts by itself in a cluster. */
export function assembleControlPlane({ plane, registry, caPem }: ControlPlaneParts): AssembledControlPlane {
  return {
    controllers: [
      new CustomResourceController(plane),
      new ClusterRoleAggregation(plane),
      ...workloadControllers(plane, { registry, caPem }),
      ...rolloutsControllers(plane),
    ],
  };
}
