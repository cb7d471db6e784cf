/** The files that the commands name. */
export const FILES: Readonly<Record<string, string>> = {
  'settings.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  color: blue
`,
  'rollout.yaml': `apiVersion: v1
kind: Service
metadata:
  name: shop-active
spec:
  selector: {app: shop}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: shop
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: "lab/shop:1.0", imagePullPolicy: IfNotPresent}]}
  strategy: {blueGreen: {activeService: shop-active, autoPromotionEnabled: false}}
`,
  'gate.yaml': `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: refuse
spec:
  args: [{name: code, value: "1"}]
  metrics:
  - name: scan
    provider:
      job:
        metadata: {labels: {app: gate-job}}
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers:
              - {name: scan, image: "debian:bookworm-slim", imagePullPolicy: IfNotPresent, command: [sh, -c, "exit {{args.code}}"]}
---
apiVersion: v1
kind: Service
metadata:
  name: gated-active
spec:
  selector: {app: gated}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: gated
spec:
  replicas: 1
  selector: {matchLabels: {app: gated}}
  template:
    metadata: {labels: {app: gated}}
    spec: {containers: [{name: shop, image: "lab/shop:1.0", imagePullPolicy: IfNotPresent}]}
  strategy:
    blueGreen:
      activeService: gated-active
      scaleDownDelaySeconds: 600
      prePromotionAnalysis: {templates: [{templateName: refuse}]}
`,
  'bridge-crd.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: bridges.clients.example
spec:
  group: clients.example
  scope: Namespaced
  names: {plural: bridges, singular: bridge, kind: Bridge, shortNames: [br]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.lanes, statusReplicasPath: .status.lanes}
    additionalPrinterColumns:
    - {name: Lanes, type: integer, jsonPath: .spec.lanes}
    - {name: Color, type: string, jsonPath: .spec.color}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    schema:
      openAPIV3Schema:
        type: object
        description: A way over water.
        properties:
          spec:
            type: object
            description: What is wanted.
            required: [lanes]
            x-kubernetes-validations:
            - {rule: "self.lanes < 8 || self.toll == 0", message: "wide bridges are free"}
            properties:
              lanes: {type: integer, minimum: 1, description: "How many ways there are side by side."}
              toll: {type: integer, default: 0}
              color:
                type: string
                enum: [orange, grey]
                x-kubernetes-validations: [{rule: "self == oldSelf", message: "paint lasts"}]
          status:
            type: object
            properties:
              lanes: {type: integer}
`,
  'bridge.yaml': `apiVersion: clients.example/v1
kind: Bridge
metadata:
  name: golden
spec:
  lanes: 6
  color: orange
`,
};
