import type { KubeObject, LabelSelector } from '../../../kube/types/meta.ts';

export const POLICIES = 'validatingadmissionpolicies.admissionregistration.k8s.io';
export const POLICY_BINDINGS = 'validatingadmissionpolicybindings.admissionregistration.k8s.io';

/** Which requests a policy or a binding is about. */
export interface MatchResources {
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  resourceRules?: ResourceRule[];
  excludeResourceRules?: ResourceRule[];
  matchPolicy?: string;
}

export interface ResourceRule {
  resourceNames?: string[];
  operations?: string[];
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  scope?: string;
}

export interface NamedExpression {
  name: string;
  expression: string;
}

export interface PolicyValidation {
  expression: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
}

export interface AdmissionPolicy extends KubeObject {
  spec: {
    paramKind?: object;
    matchConstraints?: MatchResources;
    matchConditions?: NamedExpression[];
    variables?: NamedExpression[];
    validations?: PolicyValidation[];
    auditAnnotations?: object[];
    failurePolicy?: string;
  };
}

export interface AdmissionPolicyBinding extends KubeObject {
  spec: { policyName?: string; paramRef?: object; matchResources?: MatchResources; validationActions?: string[] };
}
