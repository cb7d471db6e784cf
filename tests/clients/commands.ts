/** One command of the script: a line for `sh`, in a folder with the files of `files.ts`. */
export interface ClientCommand {
  line: string;
  /** What to give on the standard input. */
  input?: string;
  /** Only the exit code has to agree; says why the output does not. */
  codeOnly?: string;
  /** Where the two clusters are known to differ, and why. */
  differs?: string;
}

const command = (line: string, more: Omit<ClientCommand, 'line'> = {}): ClientCommand => ({ line, ...more });
const TIMES = 'what is printed on the way depends on timing';
const NAMES = 'generated names';

/** Objects of every day, errors as people make them, workloads and pods, a rollout from birth to undo, access. In this order. */
export const COMMANDS: readonly ClientCommand[] = [
  ...configuration(),
  ...patches(),
  ...serverSide(),
  ...mistakes(),
  ...deployments(),
  ...podsAndJobs(),
  ...services(),
  ...access(),
  ...rollouts(),
  ...cleaning(),
];

function configuration(): ClientCommand[] {
  return [
    command('kubectl create configmap one --from-literal=a=b'),
    command('kubectl create configmap one --from-literal=a=b'),
    command('kubectl get configmap one -o jsonpath={.data}'),
    command('kubectl get cm one -o name'),
    command('kubectl get cm one --no-headers'),
    command('kubectl get cm one -o custom-columns=NAME:.metadata.name,A:.data.a,NONE:.data.x'),
    command('kubectl get cm one -o go-template={{.data.a}}'),
    command('kubectl create secret generic hidden --from-literal=password=swordfish'),
    command('kubectl get secret hidden'),
    command('kubectl describe secret hidden'),
    command('kubectl describe configmap one'),
    command('kubectl label configmap one tier=front'),
    command('kubectl label configmap one tier=back'),
    command('kubectl label configmap one tier=back --overwrite'),
    command('kubectl get cm -l tier=back -o name'),
    command('kubectl get cm -l "tier in (front)" -o name'),
    command('kubectl get cm -L tier one'),
    command('kubectl get cm one --show-labels'),
    command('kubectl label configmap one tier-'),
    command('kubectl annotate configmap one note=hello'),
    command('kubectl annotate configmap one note=bye'),
    command('kubectl annotate configmap one note-'),
    command('KUBE_EDITOR="sed -i s/a:.b/a:\\ c/" kubectl edit configmap one'),
    command('kubectl get cm one -o jsonpath={.data.a}'),
    command('KUBE_EDITOR=true kubectl edit configmap one'),
    command('kubectl get cm one -o yaml | sed s/a:.c/a:\\ d/ | kubectl replace -f -'),
    command('kubectl get cm --field-selector metadata.name=one -o name'),
    command('kubectl get cm --field-selector data.a=d'),
    command('kubectl get cm one --sort-by=.metadata.name -o name'),
    command('kubectl wait --for=jsonpath={.data.a}=d cm/one --timeout=10s'),
    command('kubectl wait --for=jsonpath={.data.a}=z cm/one --timeout=1s'),
  ];
}

function patches(): ClientCommand[] {
  return [
    command(`kubectl patch cm one -p '{"data":{"z":"1"}}'`),
    command(`kubectl patch cm one -p '{"data":{"z":"1"}}'`),
    command(`kubectl patch cm one --type merge -p '{"data":{"z":null}}'`),
    command(`kubectl patch cm one --type json -p '[{"op":"add","path":"/data/y","value":"2"}]'`),
    command(`kubectl patch cm one --type json -p '[{"op":"remove","path":"/data/nothing"}]'`),
    command(`kubectl patch cm one --type json -p '[{"op":"test","path":"/data/y","value":"3"}]'`),
    command(`kubectl patch cm one --type merge -p '{"data":{"n":1}}'`),
    command(`kubectl patch cm one --dry-run=server -p '{"data":{"q":"1"}}'`),
    command('kubectl get cm one -o jsonpath={.data}'),
    command(`kubectl patch cm one -p '{"data":'`),
  ];
}

function serverSide(): ClientCommand[] {
  return [
    command('kubectl apply -f settings.yaml'),
    command('kubectl apply -f settings.yaml'),
    command('sed s/blue/green/ settings.yaml | kubectl apply -f -'),
    command('kubectl diff -f settings.yaml >/dev/null', { codeOnly: 'names of files' }),
    command('sed s/blue/green/ settings.yaml | kubectl diff -f -'),
    command('kubectl apply --server-side -f settings.yaml --field-manager=second'),
    command('kubectl apply --server-side -f settings.yaml --field-manager=second --force-conflicts'),
    command('kubectl apply --server-side -f settings.yaml --field-manager=second'),
    command('kubectl get cm settings -o jsonpath={.data}'),
    command('kubectl apply view-last-applied cm settings'),
    command('kubectl apply -f settings.yaml --dry-run=server'),
    command('kubectl apply -f settings.yaml --dry-run=client'),
    command('kubectl delete -f settings.yaml'),
    command('kubectl delete -f settings.yaml'),
    command('kubectl delete -f settings.yaml --ignore-not-found'),
  ];
}

function mistakes(): ClientCommand[] {
  return [
    command('kubectl get nothing'),
    command('kubectl get cm nope'),
    command('kubectl get pods nope -o yaml'),
    command('kubectl describe pod nope'),
    command('kubectl delete cm nope'),
    command('kubectl create configmap Not_A_Name --from-literal=a=b'),
    command(`echo '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"odd"},"dta":{}}' | kubectl apply -f -`),
    command(`echo '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"odd"},"dta":{}}' | kubectl create --validate=warn -f -`),
    command(`echo '{"apiVersion":"v1","kind":"Confmap","metadata":{"name":"odd"}}' | kubectl apply -f -`),
    command(
      `echo '{"apiVersion":"v1","kind":"Service","metadata":{"name":"odd"},"spec":{"ports":[{"port":99999}]}}' | kubectl create -f -`,
    ),
    command(
      `echo '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"odd"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"c"}},"spec":{"containers":[{"name":"x","image":"y"}]}}}}' | kubectl create -f -`,
    ),
    command(`echo '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"odd"},"spec":{"containers":[]}}' | kubectl create -f -`),
    command('kubectl get cm -n nowhere'),
    command('kubectl create configmap lost -n nowhere --from-literal=a=b'),
    command('kubectl delete cm odd --ignore-not-found'),
    command('kubectl get --raw /nothing'),
    command('kubectl get --raw /healthz'),
    command('kubectl top pods'),
    command('kubectl api-resources --api-group=argoproj.io --no-headers -o name'),
    command('kubectl api-resources --api-group=apps --namespaced=true -o wide'),
    command('kubectl explain configmap.data --recursive >/dev/null', { codeOnly: 'descriptions are not kept' }),
    command('kubectl explain rollout.spec.strategy.blueGreen >/dev/null', { codeOnly: 'descriptions are not kept' }),
  ];
}

function deployments(): ClientCommand[] {
  return [
    command('kubectl create deployment web --image=lab/shop:1.0 --replicas=2'),
    command('kubectl rollout status deployment/web --timeout=60s', { codeOnly: TIMES }),
    command('kubectl get deployment web'),
    command('kubectl get deploy web -o wide'),
    command('kubectl get deploy web -o jsonpath={.spec.strategy}'),
    command('kubectl set image deployment/web shop=lab/shop:1.1'),
    command('kubectl set image deployment/web nope=lab/shop:1.1'),
    command('kubectl rollout status deployment/web --timeout=60s', { codeOnly: TIMES }),
    command('kubectl rollout history deployment/web'),
    command('kubectl rollout undo deployment/web'),
    command('kubectl rollout status deployment/web --timeout=60s', { codeOnly: TIMES }),
    command('kubectl get deploy web -o jsonpath={.spec.template.spec.containers[0].image}'),
    command('kubectl rollout undo deployment/web --to-revision=9'),
    command('kubectl rollout pause deployment/web'),
    command('kubectl rollout pause deployment/web'),
    command('kubectl rollout resume deployment/web'),
    command('kubectl scale deployment web --replicas=1'),
    command('kubectl scale deployment web --replicas=3 --current-replicas=2'),
    command('kubectl set env deployment/web COLOR=blue'),
    command('kubectl set resources deployment/web --requests=cpu=10m'),
    command('kubectl rollout status deployment/web --timeout=60s', { codeOnly: TIMES }),
    command('kubectl wait --for=condition=Available deployment/web --timeout=30s'),
    command('kubectl autoscale deployment web --min=1 --max=2'),
    command('kubectl get hpa web -o jsonpath={.spec.maxReplicas}'),
    command('kubectl delete hpa web'),
    command('kubectl exec deploy/web -- nope >/dev/null 2>&1; true', { codeOnly: NAMES }),
    command('kubectl logs deploy/web --tail=1 >/dev/null', { codeOnly: 'times' }),
  ];
}

function podsAndJobs(): ClientCommand[] {
  return [
    command(
      `kubectl run box --image=debian:bookworm-slim --image-pull-policy=IfNotPresent --restart=Never -- sh -c 'echo started; sleep 600'`,
    ),
    command('kubectl wait --for=condition=Ready pod/box --timeout=60s'),
    command('kubectl get pod box'),
    command('kubectl get pods --field-selector=status.phase=Running,metadata.name=box -o name'),
    command('kubectl logs box'),
    command('kubectl logs box -c nope'),
    command('kubectl exec box -- echo hi'),
    command(`kubectl exec box -- sh -c 'echo out; echo err >&2; exit 3'`),
    command('kubectl exec -i box -- cat', { input: 'through\nand back\n' }),
    command('kubectl exec -i box -- sh', { input: 'echo $((6*7)); exit 4\n' }),
    command('kubectl exec box -c nope -- true'),
    command('kubectl exec nope -- true'),
    command('kubectl exec box -- false'),
    command('kubectl create job count --image=debian:bookworm-slim -- sh -c "echo 1; echo 2"'),
    command('kubectl wait --for=condition=complete job/count --timeout=60s'),
    command('kubectl logs job/count'),
    command('kubectl get job count --no-headers -o custom-columns=S:.status.succeeded'),
    command('kubectl create cronjob nightly --image=debian:bookworm-slim --schedule="0 3 * * *" -- true'),
    command('kubectl get cronjob nightly -o jsonpath={.spec.schedule}'),
    command('kubectl delete cronjob nightly'),
    command('kubectl delete job count'),
    command('kubectl delete pod box --grace-period=0 --force'),
    command('kubectl wait --for=delete pod/box --timeout=30s'),
  ];
}

function services(): ClientCommand[] {
  return [
    command('kubectl expose deployment web --port=80 --target-port=8080'),
    command('kubectl get svc web -o jsonpath={.spec.ports}'),
    command('kubectl create service clusterip plain --tcp=5678:8080'),
    command('kubectl set selector service plain app=web'),
    command('kubectl get svc plain -o jsonpath={.spec.selector}'),
    command('kubectl create ingress door --rule=a.example/x=web:80'),
    command('kubectl get ingress door --no-headers -o custom-columns=H:.spec.rules[0].host'),
    command('kubectl create poddisruptionbudget two --selector=app=web --min-available=1'),
    command('kubectl get pdb two -o jsonpath={.spec}'),
    command('kubectl delete svc,ingress,pdb --all'),
  ];
}

function access(): ClientCommand[] {
  const pipeline = '--as=system:serviceaccount:$NS:pipeline';
  return [
    command('kubectl auth can-i create pods'),
    command('kubectl create serviceaccount pipeline'),
    command(`kubectl get pods ${pipeline}`),
    command(`kubectl auth can-i get pods ${pipeline}`),
    command('kubectl create role reader --verb=get,list --resource=pods'),
    command('kubectl create rolebinding reader --role=reader --serviceaccount=$NS:pipeline'),
    command(`kubectl auth can-i get pods ${pipeline}`),
    command(`kubectl auth can-i delete pods ${pipeline}`),
    command(`kubectl delete cm one ${pipeline}`),
    command('kubectl describe role reader'),
    command('kubectl create token pipeline | cut -c1-3'),
    command('kubectl delete role,rolebinding reader'),
  ];
}

function rollouts(): ClientCommand[] {
  return [
    command('kubectl apply -f rollout.yaml'),
    command('kubectl argo rollouts status shop --timeout 60s', { codeOnly: TIMES }),
    command('kubectl wait --for=condition=Healthy rollout/shop --timeout=60s'),
    command('kubectl get ro shop'),
    command('kubectl argo rollouts list rollouts | tr -s " "'),
    command('kubectl argo rollouts list experiments'),
    command('kubectl argo rollouts set image shop shop=lab/shop:1.1'),
    command('kubectl argo rollouts set image shop nope=lab/shop:1.1'),
    command('kubectl argo rollouts status shop --timeout 60s', { codeOnly: TIMES }),
    command('kubectl get ro shop -o jsonpath={.status.phase}'),
    command('kubectl argo rollouts promote shop'),
    command('kubectl argo rollouts status shop --timeout 60s', { codeOnly: TIMES }),
    command('kubectl argo rollouts undo shop'),
    command('kubectl argo rollouts status shop --timeout 60s', { codeOnly: TIMES }),
    command('kubectl argo rollouts abort shop'),
    command('kubectl argo rollouts status shop --timeout 20s', { codeOnly: TIMES }),
    command('kubectl argo rollouts retry rollout shop'),
    command('kubectl argo rollouts pause shop'),
    command('kubectl argo rollouts undo shop --to-revision=99'),
    command('kubectl argo rollouts restart shop'),
    command('kubectl argo rollouts lint -f rollout.yaml'),
    command('kubectl argo rollouts get rollout nope'),
    command('kubectl argo rollouts history shop'),
    command('kubectl argo rollouts terminate analysisrun nope'),
    command('kubectl argo rollouts create -f rollout.yaml'),
    command(`kubectl patch rollout shop -p '{"spec":{"replicas":1}}'`),
    command(`kubectl patch rollout shop --type merge -p '{"spec":{"replicas":"two"}}'`),
    command(`kubectl patch rollout shop --type merge -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'`),
    command('kubectl scale rollout shop --replicas=2'),
    command('kubectl delete rollout shop'),
  ];
}

function cleaning(): ClientCommand[] {
  return [
    command('kubectl delete deployment web'),
    command('kubectl delete cm one'),
    command('kubectl get deploy,sts,ds'),
    command('kubectl delete ns $NS --wait=false'),
  ];
}
