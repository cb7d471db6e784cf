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
};
