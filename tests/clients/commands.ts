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
const RUNTIME = 'the container runtime says it in its own words';

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
  ...ownKinds(),
  ...rollouts(),
  ...gates(),
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
    command('kubectl get cm one -o yaml'),
    command('kubectl get cm --chunk-size=1 -o name'),
    command('timeout 2 kubectl get cm one --watch -o name'),
    command('kubectl get ns $NS'),
    command('kubectl describe ns $NS'),
    command('kubectl create quota few --hard=configmaps=9,pods=20'),
    command('kubectl create quota none --hard=services.loadbalancers=0'),
    command('kubectl describe quota none'),
    command('kubectl delete quota few none'),
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
    command('kubectl api-resources --api-group=apps --namespaced=true -o wide', {
      differs: 'there are no ControllerRevisions, since nothing keeps revisions of StatefulSets and DaemonSets',
    }),
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
    command('kubectl get deploy web -o yaml'),
    command('kubectl describe deployment web'),
    command('kubectl get rs -l app=web'),
    command('kubectl get rs -l app=web -o yaml'),
    command('kubectl get pods -l app=web --no-headers -o custom-columns=P:.status.phase,O:.metadata.ownerReferences[0].kind'),
    command('kubectl get deploy web --subresource=status -o name'),
    command(`kubectl patch deploy web --subresource=scale --type merge -p '{"spec":{"replicas":2}}'`, {
      differs: 'a scale that is patched to what it is counts as a write on the real server',
    }),
    command(`kubectl patch deploy web --subresource=scale --type merge -p '{"spec":{"replicas":3}}'`),
    command('kubectl annotate deploy web kubernetes.io/change-cause=first'),
    command('kubectl set image deployment/web shop=lab/shop:1.1'),
    command('kubectl set image deployment/web nope=lab/shop:1.1'),
    command('kubectl rollout status deployment/web --timeout=60s', { codeOnly: TIMES }),
    command('kubectl rollout history deployment/web'),
    command('kubectl rollout history deployment/web --revision=2'),
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
    command('kubectl rollout restart deployment/web'),
    command('kubectl rollout status deployment/web --timeout=60s', { codeOnly: TIMES }),
    command('kubectl set serviceaccount deployment web nobody --dry-run=server -o jsonpath={.spec.template.spec.serviceAccountName}'),
    command('kubectl autoscale deployment web --min=1 --max=2'),
    command('kubectl get hpa web -o jsonpath={.spec.maxReplicas}'),
    command('kubectl delete hpa web'),
    command('kubectl exec deploy/web -- nope >/dev/null 2>&1', { codeOnly: RUNTIME }),
    command('kubectl logs deploy/web --tail=1 >/dev/null', { codeOnly: 'times' }),
  ];
}

function podsAndJobs(): ClientCommand[] {
  return [
    command('kubectl run first --image=debian:bookworm-slim --image-pull-policy=IfNotPresent --restart=Never -- true'),
    command('kubectl wait --for=jsonpath={.status.phase}=Succeeded pod/first --timeout=60s'),
    command('kubectl get pod first -o jsonpath={.spec.volumes[*].projected.sources[*].configMap.name}', {
      differs: 'pods get no volume with a token, since nothing in them can reach the API',
    }),
    command('kubectl delete pod first'),
    command(
      `kubectl run box --image=debian:bookworm-slim --image-pull-policy=IfNotPresent --restart=Never --overrides='{"spec":{"automountServiceAccountToken":false}}' -- sh -c 'echo started; sleep 600'`,
    ),
    command('kubectl wait --for=condition=Ready pod/box --timeout=60s'),
    command('kubectl get pod box'),
    command('kubectl get pods --field-selector=status.phase=Running,metadata.name=box -o name'),
    command('kubectl describe pod box'),
    command('kubectl get pod box -o yaml'),
    command('kubectl events --for pod/box'),
    command('kubectl get events --field-selector involvedObject.name=box --no-headers'),
    command(`kubectl patch pod box -p '{"spec":{"restartPolicy":"Always"}}'`, {
      differs: 'the real server shows what differs of its internal form of the pod',
    }),
    command('kubectl set image pod/box box=debian:other --dry-run=server'),
    command('kubectl label pod box tier=front'),
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
    command('kubectl get job count'),
    command('kubectl get job count -o yaml'),
    command('kubectl describe job count'),
    command('kubectl run crash --image=debian:bookworm-slim --image-pull-policy=IfNotPresent -- sh -c "echo no; exit 3"'),
    command('kubectl wait --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff pod/crash --timeout=60s'),
    command('kubectl get pod crash -o jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}'),
    command('kubectl logs crash --previous', { codeOnly: 'the real runtime may have thrown the container away already' }),
    command('kubectl exec crash -- true', { codeOnly: RUNTIME }),
    command('kubectl delete pod crash --now'),
    command('kubectl run bad --image=none.example/none:1 --restart=Never'),
    command('kubectl wait --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff pod/bad --timeout=60s'),
    command('kubectl get pod bad'),
    command('kubectl logs bad'),
    command('kubectl delete pod bad'),
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
    command('kubectl get svc web'),
    command('kubectl get svc web -o yaml'),
    command('kubectl get endpoints web --no-headers | wc -l'),
    command('kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].ports}'),
    command('kubectl describe svc web'),
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
    command('kubectl auth can-i --list --as=system:serviceaccount:$NS:nobody'),
    command('kubectl auth can-i fly pods'),
    command('kubectl create role flyer --verb=fly --resource=pods'),
    command('kubectl create role odd --verb=get --resource=nothings'),
  ];
}

function rollouts(): ClientCommand[] {
  return [
    command('kubectl apply -f rollout.yaml'),
    command('kubectl argo rollouts status shop --timeout 60s', { codeOnly: TIMES }),
    command('kubectl wait --for=condition=Healthy rollout/shop --timeout=60s'),
    command('kubectl get ro shop'),
    command('kubectl get ro shop -o yaml'),
    command('kubectl describe rollout shop'),
    command('kubectl argo rollouts get rollout shop'),
    command('kubectl get rs -l app=shop -o yaml'),
    command('kubectl argo rollouts list rollouts | tr -s " "'),
    command('kubectl argo rollouts list experiments'),
    command('kubectl argo rollouts set image shop shop=lab/shop:1.1'),
    command('kubectl argo rollouts set image shop nope=lab/shop:1.1'),
    command('kubectl argo rollouts status shop --timeout 60s', { codeOnly: TIMES }),
    command('kubectl get ro shop -o jsonpath={.status.phase}'),
    command('kubectl argo rollouts get rollout shop'),
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

/** A gate that refuses a release. */
function gates(): ClientCommand[] {
  return [
    command('kubectl apply -f gate.yaml'),
    command('kubectl get analysistemplates'),
    command('kubectl describe analysistemplate refuse'),
    command('kubectl argo rollouts lint -f gate.yaml'),
    command('kubectl argo rollouts status gated --timeout 60s', { codeOnly: TIMES }),
    command('kubectl argo rollouts set image gated shop=lab/shop:1.1'),
    command('kubectl argo rollouts status gated --timeout 90s', { codeOnly: TIMES }),
    command('kubectl argo rollouts status gated --watch=false'),
    command('kubectl get analysisruns'),
    // Why no generations: every change of the status counts, and how many there are depends on timing.
    command('kubectl get analysisruns -o yaml | grep -v generation:'),
    command('kubectl describe analysisruns | grep -v Generation:'),
    command('kubectl get jobs -l app=gate-job -o name | wc -l'),
    command('kubectl get ro gated'),
    command('kubectl get ro gated -o yaml'),
    command('kubectl argo rollouts get rollout gated'),
    command('kubectl argo rollouts promote gated'),
    command('kubectl argo rollouts retry rollout gated'),
    command('kubectl argo rollouts promote gated --full'),
    command('kubectl argo rollouts status gated --timeout 90s', { codeOnly: TIMES }),
    command('kubectl argo rollouts get rollout gated'),
    command('kubectl delete -f gate.yaml'),
  ];
}

/** A kind that a user brings along. */
function ownKinds(): ClientCommand[] {
  return [
    command('kubectl apply -f bridge-crd.yaml'),
    command('kubectl wait --for=condition=Established crd/bridges.clients.example --timeout=30s'),
    command('kubectl get crd bridges.clients.example -o yaml'),
    command('kubectl apply -f bridge.yaml'),
    command('kubectl get bridges'),
    command('kubectl get bridge golden -o yaml'),
    command('kubectl describe bridge golden'),
    command(`kubectl patch bridge golden --type merge -p '{"spec":{"lanes":0}}'`),
    command(`kubectl patch bridge golden --type merge -p '{"spec":{"lanes":9,"toll":5}}'`),
    command(`kubectl patch bridge golden --type merge -p '{"spec":{"color":"red"}}'`),
    command('sed s/lanes/lames/ bridge.yaml | kubectl apply -f -'),
    command('kubectl scale bridge golden --replicas=3'),
    command('kubectl explain bridge.spec'),
    command('kubectl get bridges.v1.clients.example golden -o jsonpath={.spec}'),
    command('kubectl delete -f bridge.yaml'),
    command('kubectl delete crd bridges.clients.example'),
    command('kubectl get bridges'),
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
