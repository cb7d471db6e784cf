import { test } from 'vitest';
import { KubeletWorld } from './testing/kubelet-world.ts';
test('crd', async () => {
  const w = new KubeletWorld();
  await w.wait(2);
  w.create<any>('customresourcedefinitions.apiextensions.k8s.io', { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'gadgets.kubectl.example' }, spec: { group: 'kubectl.example', scope: 'Namespaced', names: { plural: 'gadgets', kind: 'Gadget', singular: 'gadget', listKind: 'GadgetList' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } } }] } });
  await w.wait(2);
  w.create<any>('gadgets.kubectl.example', { apiVersion: 'kubectl.example/v1', kind: 'Gadget', metadata: { name: 'g', namespace: 'lab' }, spec: { size: 3 } });
  await w.wait(2);
  w.api.delete('customresourcedefinitions.apiextensions.k8s.io', undefined, 'gadgets.kubectl.example');
  await w.wait(10);
  console.log(JSON.stringify(w.api.get('customresourcedefinitions.apiextensions.k8s.io', undefined, 'gadgets.kubectl.example'), null, 1));
});
