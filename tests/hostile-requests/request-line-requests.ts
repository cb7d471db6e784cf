import { CORE, ARGO, APPS, NAMESPACE, jsonBody, type HostileRequest } from './hostile-request.ts';

const get = (group: string, target: string): HostileRequest => ({ group, name: `GET ${target.slice(0, 100)}`, method: 'GET', target });

/** Verbs, paths and queries that mean nothing, or something else than they seem to. */
export const REQUEST_LINE_REQUESTS: readonly HostileRequest[] = [...verbs(), ...paths(), ...queries(), ...patches(), ...subresources()];

function verbs(): HostileRequest[] {
  const targets = [`${CORE}/configmaps/one`, `${CORE}/configmaps`, '/healthz', '/version', '/api/v1', '/nothing', `${ARGO}/rollouts/shop`];
  const methods = ['OPTIONS', 'TRACE', 'PROPFIND', 'FOO', 'get', 'Get', 'CONNECTED', 'HEAD', 'GETT', 'PURGE', 'LOCK', 'G'];
  return targets.flatMap((target) => methods.map((method) => ({ group: 'unknown verb', name: `${method} ${target}`, method, target })));
}

function paths(): HostileRequest[] {
  const targets = [
    `${CORE}/configmaps/../secrets`, `${CORE}/configmaps/%2e%2e/secrets`, `${CORE}/configmaps/..%2fsecrets`, `${CORE}/configmaps/.`, `${CORE}/configmaps/%2e`,
    `${CORE}//configmaps`, `//api/v1/namespaces`, '/api//v1/namespaces', '/api/v1//namespaces', `${CORE}/configmaps/`, `${CORE}/configmaps//one`, `${CORE}/configmaps/one/`,
    `${CORE}/configmaps/%00`, `${CORE}/configmaps/%ff`, `${CORE}/configmaps/%`, `${CORE}/configmaps/%zz`, `${CORE}/configmaps/%25`, `${CORE}/configmaps/%2525`,
    `${CORE}/configmaps/%20`, `${CORE}/configmaps/a%20b`, `${CORE}/configmaps/ONE`, `${CORE}/configmaps/${'a'.repeat(300)}`, `${CORE}/ConfigMaps`, `${CORE}/configmap`,
    `${CORE}/configmaps;x=y`, `${CORE}/configmaps/one;x`, `${CORE}/configmaps/one#x`, `${CORE}/configmaps/one%23x`, `${CORE}/configmaps/one%3Fx`, `${CORE}/configmaps/one\\x`,
    '/etc/passwd', '/../../etc/passwd', '/..', '/.', '/', '//', '/api', '/api/', '/apis', '/apis/', '/api/v1', '/api/v1/', '/apis/apps', '/apis/apps/', '/apis/apps/v1', '/apis/apps/v1/',
    '/API/V1', '/api/v2', '/api/v1beta1/pods', '/apis/apps/v2/deployments', '/apis/extensions/v1beta1/ingresses', '/apis/batch/v1beta1/cronjobs', '/apis//v1/pods', '/apis/v1/pods',
    '/api/v1/namespaces/', '/api/v1/namespaces//configmaps', '/api/v1/namespaces/%20/configmaps', `/api/v1/namespaces/${NAMESPACE}/namespaces`, `/api/v1/namespaces/${NAMESPACE}/nodes`,
    `/api/v1/namespaces/${NAMESPACE}/`, '/api/v1/nodes/', '/api/v1/nodes/none/none/none', '/api/v1/watch', '/api/v1/watch/', '/api/v1/proxy', '/api/v1/watch/nothing', '/api/v1/redirect/pods/x',
    `${CORE}/configmaps/one/two/three/four`, `${ARGO}/rollouts/shop/two/three`, `${ARGO}/rollouts/`, `${ARGO}/rollouts//`, `${ARGO}/`, '/apis/argoproj.io', '/apis/argoproj.io/', '/apis/argoproj.io/v1', '/apis/none.example/v1/things',
    '/openapi', '/openapi/v4', '/healthz/', '/healthz/none', '/livez/none', '/readyz/none', '/healthz?exclude=none', '/logs', '/debug/pprof', '/swagger.json', '/ui', '/static', '/favicon.ico',
    '/.well-known/openid-configuration', '/index.html', '/robots.txt', '/api/v1/componentstatuses/none', `/${'a'.repeat(5000)}`, `/${'a/'.repeat(2000)}`, '/%2fapi%2fv1', '/api%2fv1/namespaces', '/%61pi/v1/namespaces/none',
    '*', 'api/v1', 'http://elsewhere.example/api/v1/namespaces/none', '/api/v1/namespaces/none?', '/api/v1/namespaces/none??', '?', '',
  ]; // prettier-ignore
  return targets.map((target) => get('path', target));
}

function queries(): HostileRequest[] {
  const list = [
    'limit=abc', 'limit=-5', 'limit=', 'limit=1.5', 'limit=0x10', 'limit=99999999999999999999', 'limit=1&limit=x', 'limit=%00', 'limit= 5', 'Limit=abc',
    'continue=%00', 'continue=abc', 'continue=eyJ2Ijo', 'continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi8uLi8ifQ', 'continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoieCJ9',
    'resourceVersion=-1', 'resourceVersion=abc', 'resourceVersion=1.5', 'resourceVersion=99999999999999999999', 'resourceVersion=%20', 'resourceVersion=1&resourceVersionMatch=exact', 'resourceVersionMatch=', 'resourceVersion=0&resourceVersionMatch=Exact&limit=1',
    'labelSelector==', 'labelSelector=a=b=c', 'labelSelector=a in b', 'labelSelector=a%20in%20b', 'labelSelector=a%20in%20(', 'labelSelector=!', 'labelSelector=,', 'labelSelector=a%3E', 'labelSelector=a%3Ex', 'labelSelector=%00', 'labelSelector=a%3D' + 'x'.repeat(64), 'labelSelector=/a', 'labelSelector=a%20notin%20()', 'labelSelector=(a)', 'labelSelector=a%20b', 'labelSelector=%ff',
    'fieldSelector=a', 'fieldSelector==', 'fieldSelector=metadata.name', 'fieldSelector=metadata.name%3E1', 'fieldSelector=metadata.name%3D%5C', 'fieldSelector=metadata.name%3Da%2Cb', 'fieldSelector=status.phase%3DRunning', 'fieldSelector=metadata.name!%3D', 'fieldSelector=,',
    'timeoutSeconds=abc', 'timeoutSeconds=-1', 'timeoutSeconds=1e3', 'timeout=abc', 'timeout=-1s', 'timeout=1h', 'timeout=1', 'timeout=', 'pretty=maybe', 'pretty=%00', 'a', '=', '&', '&&&', 'a=%', 'a=%zz', 'a;b', 'limit=1;x', 'a=b&a', '%00=1', 'x=' + 'y'.repeat(5000),
    'sendInitialEvents=maybe', 'sendInitialEvents=true', 'allowWatchBookmarks=x', 'shardSelector=x', 'includeObject=x', 'export=true', 'exact=1',
    'watch=1&resourceVersion=abc', 'watch=1&limit=abc', 'watch=true&fieldSelector=a', 'watch=true&labelSelector=!', 'watch=true&timeoutSeconds=abc', 'watch=true&sendInitialEvents=true', 'watch=true&continue=abc', 'watch=true&resourceVersion=1&resourceVersionMatch=Exact', 'watch=true&resourceVersion=9999999999999999999999',
  ]; // prettier-ignore
  const write = [
    'dryRun=all', 'dryRun=', 'dryRun=All&dryRun=x', 'dryRun=true', 'dryRun=All&fieldManager=%00', 'dryRun=All&fieldManager=' + 'x'.repeat(129), 'dryRun=All&fieldManager=%0a', 'dryRun=All&fieldManager=%C3%A9', 'dryRun=All&fieldManager=%ff', 'dryRun=All&fieldValidation=strict', 'dryRun=All&fieldValidation=', 'dryRun=All&fieldValidation=Strict&fieldValidation=x', 'dryRun=x&fieldManager=%00&fieldValidation=y', 'dryRun=All&force=maybe', 'dryRun=All&timeout=abc', 'dryRun=All&pretty=x',
  ]; // prettier-ignore
  const remove = [
    'dryRun=all', 'dryRun=All&gracePeriodSeconds=abc', 'dryRun=All&gracePeriodSeconds=-1', 'dryRun=All&gracePeriodSeconds=1.5', 'dryRun=All&gracePeriodSeconds=99999999999999999999', 'dryRun=All&propagationPolicy=foo', 'dryRun=All&propagationPolicy=', 'dryRun=All&propagationPolicy=background', 'dryRun=All&orphanDependents=maybe', 'dryRun=All&orphanDependents=true&propagationPolicy=Orphan', 'dryRun=All&preconditions=x', 'dryRun=All&preconditions.uid=x', 'dryRun=All&ignoreStoreReadErrorWithClusterBreakingPotential=true',
  ]; // prettier-ignore
  const body = jsonBody({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } });
  const old = jsonBody({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } });
  const group = 'query';
  const type = (name: string): readonly (readonly [string, string])[] => [['Content-Type', name]];
  const collection = `${CORE}/configmaps`;
  return [
    ...list.map((query) => get(group, `${collection}?${query}`)),
    ...['limit=abc', 'labelSelector=!', 'fieldSelector=a', 'fieldSelector=spec.x%3Dy', 'resourceVersion=abc', 'continue=abc'].map((query) => get(group, `${ARGO}/rollouts?${query}`)),
    ...['resourceVersion=abc', 'resourceVersion=-1', 'pretty=x', 'limit=abc', 'export=abc'].map((query) => get(group, `${collection}/one?${query}`)),
    ...write.map((query): HostileRequest => ({ group, name: `POST ${query.slice(0, 80)}`, method: 'POST', target: `${collection}?${query}${query.includes('dryRun') ? '' : '&dryRun=All'}`, headers: type('application/json'), body })),
    ...write.map((query): HostileRequest => ({ group, name: `PUT ${query.slice(0, 80)}`, method: 'PUT', target: `${collection}/one?${query}`, headers: type('application/json'), body: old })),
    ...write.map((query): HostileRequest => ({ group, name: `PATCH ${query.slice(0, 80)}`, method: 'PATCH', target: `${collection}/one?${query}`, headers: type('application/merge-patch+json'), body: jsonBody('{}') })),
    ...write.map((query): HostileRequest => ({ group, name: `apply ${query.slice(0, 80)}`, method: 'PATCH', target: `${collection}/one?${query}`, headers: type('application/apply-patch+yaml'), body: old })),
    ...remove.map((query): HostileRequest => ({ group, name: `DELETE ${query}`, method: 'DELETE', target: `${collection}/one?${query}` })),
    ...[...remove, 'dryRun=All&labelSelector=!', 'dryRun=All&fieldSelector=a', 'dryRun=All&limit=abc'].map((query): HostileRequest => ({ group, name: `DELETE of all ${query}`, method: 'DELETE', target: `${collection}?${query}${query.includes('All') ? '' : '&dryRun=All'}` })),
  ]; // prettier-ignore
}

function patches(): HostileRequest[] {
  const group = 'patch';
  const bodies: Record<string, string[]> = {
    'application/json-patch+json': [
      '', 'null', '1', '"x"', '{}', '[1]', '[null]', '[[]]', '[{}]', '[{"op":"add"}]', '[{"op":"add","path":"/data/x"}]', '[{"op":"add","path":"data","value":1}]', '[{"op":"add","path":"/nothing/x/y","value":1}]', '[{"op":1,"path":"/data/a"}]', '[{"op":"remove","path":1}]',
      '[{"op":"replace","path":"/data/none","value":"x"}]', '[{"op":"move","path":"/data/x"}]', '[{"op":"move","from":"/data/none","path":"/data/x"}]', '[{"op":"copy","from":"","path":"/data/x"}]', '[{"op":"remove","path":""}]', '[{"op":"replace","path":"","value":{}}]', '[{"op":"replace","path":"","value":null}]', '[{"op":"replace","path":"","value":[]}]', '[{"op":"test","path":"/data/a","value":"zz"}]', '[{"op":"test","path":"/data/none"}]', '[{"op":"ADD","path":"/data/x","value":"y"}]', '[{"op":"add","path":"/data/a~2b","value":"y"}]', '[{"op":"add","path":"/metadata/finalizers/-","value":"y"}]', '[{"op":"add","path":"/metadata/managedFields/99","value":{}}]', '[{"op":"replace","path":"/metadata/name","value":"x"}]', '[{"op":"replace","path":"/kind","value":"x"}]', '[{"op":"remove","path":"/metadata"}]', '[{"op":"remove","path":"/apiVersion"}]', '[{"op":"add","path":"/data","value":[]}]', '[{"op":"add","path":"/foo","value":1}]',
    ],
    'application/merge-patch+json': ['', 'null', '1', '"x"', '[]', '[{}]', '{"metadata":null}', '{"metadata":[]}', '{"metadata":{"name":null}}', '{"metadata":{"name":"x"}}', '{"kind":null}', '{"kind":1}', '{"apiVersion":"v2"}', '{"data":[]}', '{"data":{"a":{}}}', '{"data":{"a/b":"x"}}', '{"foo":1}', '{"metadata":{"labels":{"a b":"c"}}}', '{"metadata":{"uid":"x"}}', '{"metadata":{"resourceVersion":1}}', '{"metadata":{"resourceVersion":"1"}}', '{"metadata":{"creationTimestamp":"x"}}', '{"metadata":{"deletionTimestamp":"2020-01-01T00:00:00Z"}}', '{"metadata":{"finalizers":["x"]}}', '{"metadata":{"ownerReferences":[{}]}}', '{"metadata":{"managedFields":[{"a":1}]}}', '{"metadata":{"generateName":5}}', '{"immutable":"yes"}'],
    'application/strategic-merge-patch+json': ['', 'null', '1', '"x"', '[]', '{"$patch":"replace"}', '{"$patch":"delete"}', '{"$patch":"foo"}', '{"$patch":1}', '{"data":{"$patch":"foo"}}', '{"$retainKeys":1}', '{"$retainKeys":["data"]}', '{"$setElementOrder/data":[1]}', '{"$deleteFromPrimitiveList/data":["a"]}', '{"metadata":{"$deleteFromPrimitiveList/finalizers":"x"}}', '{"metadata":{"finalizers":"x"}}', '{"metadata":{"ownerReferences":[{"name":"x"}]}}', '{"metadata":{"ownerReferences":[1]}}', '{"metadata":1}', '{"data":1}', '{"data":{"a":1}}', '{"foo":1}'],
    'application/apply-patch+yaml': ['', 'null', '1', 'x', '[]', '{}', '{"kind":"ConfigMap"}', '{"apiVersion":"v1"}', '{"apiVersion":"v1","kind":"Pod"}', '{"apiVersion":"v2","kind":"ConfigMap"}', '{"apiVersion":"v1","kind":"ConfigMap"}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"two"}}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","namespace":"other"}}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","managedFields":[{}]}}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":1}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"foo":1}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","resourceVersion":"1"}}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":1}'],
  }; // prettier-ignore
  return Object.entries(bodies).flatMap(([type, texts]) =>
    texts.flatMap((text): HostileRequest[] => {
      const request = { group, method: 'PATCH', headers: [['Content-Type', type]] as const, body: jsonBody(text) };
      const query = `dryRun=All&fieldManager=x`;
      return [
        { ...request, name: `${type} ${text}`, target: `${CORE}/configmaps/one?${query}` },
        { ...request, name: `${type} ${text} of nothing`, target: `${CORE}/configmaps/none?${query}` },
        { ...request, name: `${type} ${text} of a Rollout`, target: `${ARGO}/rollouts/shop?${query}` },
      ];
    }),
  );
}

function subresources(): HostileRequest[] {
  const group = 'subresource';
  const ask = (method: string, target: string, text?: string, type = 'application/json'): HostileRequest => ({
    group,
    name: `${method} ${target} ${text ?? ''}`.trim(),
    method,
    target,
    ...(text !== undefined && { headers: [['Content-Type', type]] as const, body: jsonBody(text) }),
  });
  const scale = `${APPS}/deployments/web/scale?dryRun=All`;
  const merge = 'application/merge-patch+json';
  return [
    ...['', '{', '{}', 'null', '{"kind":"Foo","apiVersion":"v1"}', '{"kind":"Deployment","apiVersion":"apps/v1"}', '{"metadata":{"name":"other"},"spec":{"replicas":1}}', '{"metadata":{"name":"web"},"spec":{"replicas":"x"}}', '{"metadata":{"name":"web"},"spec":{"replicas":-1}}', '{"metadata":{"name":"web"},"spec":null}'].map((text) => ask('PUT', scale, text)),
    ...['{', '{"spec":{"replicas":"x"}}', '{"spec":{"replicas":-1}}', '{"spec":null}', '{"spec":{"replicas":1e99}}', '{"foo":1}', 'null', '[]'].map((text) => ask('PATCH', scale, text, merge)),
    ...['{', '{"spec":{"replicas":"x"}}', '{"spec":{"replicas":-1}}', '{"spec":null}', '{"foo":1}', 'null'].map((text) => ask('PATCH', `${ARGO}/rollouts/shop/scale?dryRun=All`, text, merge)),
    ask('POST', scale, '{}'), ask('DELETE', scale), ask('GET', `${CORE}/configmaps/one/scale`), ask('GET', `${APPS}/deployments/none/scale`),
    ...['{', '{}', '{"status":1}', '{"status":{"replicas":"x"}}', 'null'].map((text) => ask('PATCH', `${APPS}/deployments/web/status?dryRun=All`, text, merge)),
    ...['{', '{}', '{"status":1}', '{"status":{"replicas":"x"}}', 'null'].map((text) => ask('PATCH', `${ARGO}/rollouts/shop/status?dryRun=All`, text, merge)),
    ask('POST', `${APPS}/deployments/web/status`, '{}'), ask('DELETE', `${APPS}/deployments/web/status`),
    ...['', '?container=x', '?tailLines=abc', '?tailLines=-1', '?limitBytes=0', '?sinceSeconds=0', '?sinceSeconds=1&sinceTime=x', '?follow=maybe', '?previous=x', '?stream=x', '?timestamps=x'].map((query) => ask('GET', `${CORE}/pods/none/log${query}`)),
    ask('GET', `${CORE}/pods/none/exec`), ask('POST', `${CORE}/pods/none/exec`), ask('POST', `${CORE}/pods/none/exec?command=x`), ask('GET', `${CORE}/pods/none/attach`), ask('GET', `${CORE}/pods/none/portforward`), ask('PUT', `${CORE}/pods/none/log`, '{}'),
    ...['', '{', '{}', '{"kind":"Pod","apiVersion":"v1"}', '{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"x"}}'].map((text) => ask('POST', `${CORE}/pods/none/eviction?dryRun=All`, text)),
    ...['', '{', '{"spec":1}', '{"spec":{"expirationSeconds":1}}', '{"spec":{"audiences":1}}', '{"spec":{"expirationSeconds":-1}}'].map((text) => ask('POST', `${CORE}/serviceaccounts/default/token?dryRun=All`, text)),
    ...['', '{', '{}', 'null', '{"target":1}', '{"target":{}}'].map((text) => ask('POST', `${CORE}/pods/none/binding?dryRun=All`, text)),
    ...['', '{', '{}', 'null', '{"spec":1}', '{"spec":{"resourceAttributes":1}}', '{"kind":"Pod","apiVersion":"v1"}'].map((text) => ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', text)),
    ask('PUT', `/api/v1/namespaces/${NAMESPACE}/finalize?dryRun=All`, '{}'), ask('GET', `/api/v1/namespaces/${NAMESPACE}/finalize`), ask('GET', `/api/v1/namespaces/${NAMESPACE}/status`), ask('GET', `/api/v1/namespaces/none/status`),
    ask('PUT', `${CORE}/configmaps/one?dryRun=All`, '{}'), ask('PUT', `${CORE}/configmaps/one?dryRun=All`, '{"metadata":{"name":"two"}}'), ask('PUT', `${CORE}/configmaps/none?dryRun=All`, '{"metadata":{"name":"none"}}'), ask('PUT', `${CORE}/configmaps/one?dryRun=All`, '{"metadata":{"name":"one","resourceVersion":"x"}}'), ask('PUT', `${ARGO}/rollouts/shop?dryRun=All`, '{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"shop"}}'),
    ...['{', '[]', 'null', '1', '{"kind":"Foo"}', '{"kind":"DeleteOptions","apiVersion":"v9"}', '{"gracePeriodSeconds":"x"}', '{"gracePeriodSeconds":-1}', '{"propagationPolicy":1}', '{"propagationPolicy":"x"}', '{"orphanDependents":1}', '{"preconditions":1}', '{"preconditions":{"uid":1}}', '{"preconditions":{"uid":"x"}}', '{"dryRun":"All"}', '{"dryRun":["x"]}', '{"foo":1}'].map((text) => ask('DELETE', `${CORE}/configmaps/none`, text)),
  ]; // prettier-ignore
}
