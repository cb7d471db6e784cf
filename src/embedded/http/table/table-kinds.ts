import { groupResource, type ResourceDefinition } from '../../api/resource.ts';
import { autoscalerTable } from './autoscaler-table.ts';
import {
  admissionPolicyBindingTable,
  admissionPolicyTable,
  configMapTable,
  disruptionBudgetTable,
  leaseTable,
  namespaceTable,
  resourceQuotaTable,
  roleBindingTable,
  secretTable,
  serviceAccountTable,
  volumeClaimTable,
} from './config-tables.ts';
import { customTable } from './custom-table.ts';
import { eventTable } from './event-table.ts';
import { endpointSliceTable, endpointsTable, ingressTable, networkPolicyTable, serviceTable } from './network-tables.ts';
import { nodeTable } from './node-table.ts';
import { podTable } from './pod-table.ts';
import { nameColumn, textColumn, type TableKind } from './table-kind.ts';
import { cronJobTable, daemonSetTable, deploymentTable, jobTable, replicaSetTable, statefulSetTable } from './workload-tables.ts';

/** For kinds that nobody wrote a table for. Models registry/rest NewDefaultTableConvertor. */
const defaultTable: TableKind = {
  columns: [nameColumn(), { ...textColumn('Created At'), type: 'date' }],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? '<unknown>'],
};

const BUILT_IN = new Map<string, TableKind<never>>([
  ['pods', podTable],
  ['services', serviceTable],
  ['endpoints', endpointsTable],
  ['events', eventTable],
  ['nodes', nodeTable],
  ['namespaces', namespaceTable],
  ['configmaps', configMapTable],
  ['secrets', secretTable],
  ['serviceaccounts', serviceAccountTable],
  ['resourcequotas', resourceQuotaTable],
  ['persistentvolumeclaims', volumeClaimTable],
  ['deployments.apps', deploymentTable],
  ['replicasets.apps', replicaSetTable],
  ['statefulsets.apps', statefulSetTable],
  ['daemonsets.apps', daemonSetTable],
  ['jobs.batch', jobTable],
  ['cronjobs.batch', cronJobTable],
  ['horizontalpodautoscalers.autoscaling', autoscalerTable],
  ['leases.coordination.k8s.io', leaseTable],
  ['endpointslices.discovery.k8s.io', endpointSliceTable],
  ['networkpolicies.networking.k8s.io', networkPolicyTable],
  ['ingresses.networking.k8s.io', ingressTable],
  ['poddisruptionbudgets.policy', disruptionBudgetTable],
  ['rolebindings.rbac.authorization.k8s.io', roleBindingTable],
  ['clusterrolebindings.rbac.authorization.k8s.io', roleBindingTable],
  ['validatingadmissionpolicies.admissionregistration.k8s.io', admissionPolicyTable],
  ['validatingadmissionpolicybindings.admissionregistration.k8s.io', admissionPolicyBindingTable],
]);

const customTables = new WeakMap<ResourceDefinition, TableKind>();

/** How the objects of a resource are shown; objects are given in stored form. */
export function tableKindOf(definition: ResourceDefinition): TableKind {
  if (definition.isBuiltIn) return BUILT_IN.get(groupResource(definition)) ?? defaultTable;
  let table = customTables.get(definition);
  if (!table) customTables.set(definition, (table = customTable(definition.printerColumns ?? [])));
  return table;
}
