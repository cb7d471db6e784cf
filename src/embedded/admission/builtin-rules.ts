import type { KubeObject } from '../../kube/types/meta.ts';
import { roleBindingRules, clusterRoleBindingRules } from './access/role-binding-rules.ts';
import { clusterRoleRules, roleRules } from './access/role-rules.ts';
import { configMapRules } from './config/config-map-rules.ts';
import { disruptionBudgetRules } from './config/disruption-budget-rules.ts';
import { eventRules } from './config/event-rules.ts';
import { namespaceRules } from './config/namespace-rules.ts';
import { limitRangeRules, resourceQuotaRules } from './config/quota-rules.ts';
import { secretRules } from './config/secret-rules.ts';
import { claimRules, leaseRules, plainRules } from './config/simple-rules.ts';
import { crdRules } from './custom/crd-rules.ts';
import type { KindRules } from './kind-rules.ts';
import { endpointSliceRules, endpointsRules } from './networking/endpoint-rules.ts';
import { ingressRules } from './networking/ingress-rules.ts';
import { networkPolicyRules } from './networking/network-policy-rules.ts';
import { serviceRules } from './networking/service-rules.ts';
import { podRules } from './pods/pod-rules.ts';
import { policyBindingRules, policyRules } from './policies/policy-rules.ts';
import { autoscalerRules } from './workloads/autoscaler-rules.ts';
import { cronJobRules } from './workloads/cron-job-rules.ts';
import { daemonSetRules } from './workloads/daemon-set-rules.ts';
import { deploymentRules } from './workloads/deployment-rules.ts';
import { jobRules } from './workloads/job-rules.ts';
import { replicaSetRules } from './workloads/replica-set-rules.ts';
import { statefulSetRules } from './workloads/stateful-set-rules.ts';

/** What the server adds to and refuses in the built-in kinds, by GroupResource. */
export const builtinRules: Readonly<Record<string, KindRules>> = {
  namespaces: forAny(namespaceRules),
  nodes: plainRules,
  pods: forAny(podRules),
  services: forAny(serviceRules),
  endpoints: forAny(endpointsRules),
  configmaps: forAny(configMapRules),
  secrets: forAny(secretRules),
  serviceaccounts: plainRules,
  events: forAny(eventRules),
  resourcequotas: forAny(resourceQuotaRules),
  limitranges: forAny(limitRangeRules),
  persistentvolumeclaims: forAny(claimRules),
  'deployments.apps': forAny(deploymentRules),
  'replicasets.apps': forAny(replicaSetRules),
  'statefulsets.apps': forAny(statefulSetRules),
  'daemonsets.apps': forAny(daemonSetRules),
  'jobs.batch': forAny(jobRules),
  'cronjobs.batch': forAny(cronJobRules),
  'horizontalpodautoscalers.autoscaling': forAny(autoscalerRules),
  'leases.coordination.k8s.io': forAny(leaseRules),
  'endpointslices.discovery.k8s.io': forAny(endpointSliceRules),
  'networkpolicies.networking.k8s.io': forAny(networkPolicyRules),
  'ingresses.networking.k8s.io': forAny(ingressRules),
  'poddisruptionbudgets.policy': forAny(disruptionBudgetRules),
  'roles.rbac.authorization.k8s.io': forAny(roleRules),
  'rolebindings.rbac.authorization.k8s.io': forAny(roleBindingRules),
  'clusterroles.rbac.authorization.k8s.io': forAny(clusterRoleRules),
  'clusterrolebindings.rbac.authorization.k8s.io': forAny(clusterRoleBindingRules),
  'validatingadmissionpolicies.admissionregistration.k8s.io': forAny(policyRules),
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': forAny(policyBindingRules),
  'customresourcedefinitions.apiextensions.k8s.io': forAny(crdRules),
};

/** Why: the rules of a kind see objects of that kind alone, since they are looked up by it. */
function forAny<T extends KubeObject>(rules: KindRules<T>): KindRules {
  return rules;
}
