/** An install manifest of Argo Rollouts, as far as it is looked into before it is applied. */
export const ROLLOUTS_MANIFEST = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: rollouts.argoproj.io}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: argo-rollouts}
spec: {template: {spec: {containers: [{name: c, image: 'quay.io/argoproj/argo-rollouts:v1.10.1'}]}}}
`;
