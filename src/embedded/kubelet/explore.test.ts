import { test } from 'vitest';
import { KubeletWorld } from './testing/kubelet-world.ts';
import type { Pod } from '../../kube/types/core.ts';

const SHOP = { name: 'main', image: 'lab/shop:1.0', readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 } };
const show = (w: KubeletWorld, name: string, title: string) => {
  const lines: string[] = [];
  for (const { resource, object, type, revision } of w.writes) {
    if (resource === 'pods' && object.metadata.name === name) {
      const pod = object as Pod;
      const st = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].map((s) => `${s.name}:${JSON.stringify(s.state)} r${s.restartCount}${s.ready ? ' ready' : ''}`);
      lines.push(`${revision} ${type} ${pod.status?.phase} ${pod.status?.reason ?? ''} ${pod.metadata.deletionTimestamp ? 'deleting' : ''} ${st.join(' | ')}`);
    } else if (resource === 'events' && (object as any).involvedObject.name === name) {
      lines.push(`   ${(object as any).lastTimestamp.slice(14, 19)} ${(object as any).reason}: ${(object as any).message} x${(object as any).count}`);
    }
  }
  console.log(`##### ${title}\n${lines.join('\n')}`);
};
test('all', async () => {
  const w = new KubeletWorld();
  w.createPod('job', { restartPolicy: 'Never', containers: [{ name: 'main', command: ['end', '3', '2'] }] });
  await w.wait(10); show(w, 'job', 'job fails');
  w.createPod('crash', { containers: [{ name: 'main', command: ['end', '1', '1'] }] });
  await w.wait(120); show(w, 'crash', 'crash');
  w.createPod('noimage', { containers: [{ name: 'main', image: 'lab/nope:1' }] });
  await w.wait(40); show(w, 'noimage', 'noimage');
  w.createPod('noconfig', { containers: [{ name: 'main', command: ['read', '/etc/rules/a'], volumeMounts: [{ name: 'rules', mountPath: '/etc/rules' }] }], restartPolicy: 'Never', volumes: [{ name: 'rules', configMap: { name: 'rules' } }] });
  await w.wait(20);
  w.create('configmaps', { kind: 'ConfigMap', metadata: { name: 'rules', namespace: 'lab' }, data: { a: 'hello' } });
  await w.wait(20); show(w, 'noconfig', 'noconfig'); console.log(w.log('noconfig'));
  w.createPod('shop', { containers: [SHOP] });
  await w.wait(20);
  w.api.delete('pods', 'lab', 'shop');
  await w.wait(20); show(w, 'shop', 'shop deleted');
  w.createPod('deaf', { terminationGracePeriodSeconds: 5, containers: [{ name: 'main', command: ['deaf', '100'] }] });
  await w.wait(5);
  w.api.delete('pods', 'lab', 'deaf');
  await w.wait(20); show(w, 'deaf', 'deaf deleted');
  w.createPod('init', { initContainers: [{ name: 'first', command: ['end', '1', '1'] }], containers: [{ name: 'main', command: ['sleep', '100'] }] });
  await w.wait(60); show(w, 'init', 'init fails');
  w.createPod('side', { restartPolicy: 'Never', initContainers: [{ name: 'side', command: ['sleep', '1000'], restartPolicy: 'Always' }], containers: [{ name: 'main', command: ['sleep', '10'] }] });
  await w.wait(60); show(w, 'side', 'sidecar');
  w.createPod('live', { containers: [{ ...SHOP, livenessProbe: { httpGet: { path: '/nope', port: 8080 }, periodSeconds: 2, failureThreshold: 2 } }] });
  await w.wait(60); show(w, 'live', 'liveness');
  w.createPod('late', { activeDeadlineSeconds: 5, containers: [{ name: 'main', command: ['sleep', '100'] }] });
  await w.wait(20); show(w, 'late', 'deadline');
  w.createPod('nocmd', { containers: [{ name: 'main', command: ['nosuch'] }] });
  await w.wait(40); show(w, 'nocmd', 'nocmd');
});
