import { ARGO, APPS, CORE } from './hostile-request.ts';

/** Requests that the embedded server answers in another way than the real one. */
interface KnownDifference {
  why: string;
  requests: readonly string[];
}

/** The short list; what is on it and agrees fails the test too. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    why: 'the real server panics here, and ends the connection',
    requests: [
      'content type: POST Rollout as application/vnd.kubernetes.protobuf',
      'content type: PUT Rollout as application/vnd.kubernetes.protobuf',
      'content type: POST Rollout as application/vnd.kubernetes.protobuf;stream=watch',
      'content type: PUT Rollout as application/vnd.kubernetes.protobuf;stream=watch',
      'bad protobuf: for a custom kind',
      'patch: application/json-patch+json [{"op":"test","path":"/data/none"}]',
    ],
  },
  {
    why: 'numbers are read as doubles: 1.0 is 1, and what does not fit is rounded',
    requests: [
      ...['1e2', '1.0', '9223372036854775808', '1e400'].flatMap((number) => [
        `odd number: Deployment with ${number} replicas`,
        `odd number: Rollout with ${number} replicas`,
      ]),
      `subresource: PATCH ${APPS}/deployments/web/scale?dryRun=All {"spec":{"replicas":1e99}}`,
    ],
  },
  {
    why: 'bytes that belong to no character are U+FFFD as soon as they are text, and cannot be quoted as they came',
    requests: [
      'bad protobuf: invalid text for a name',
      `path: GET ${CORE}/configmaps/%ff`,
      `query: GET ${CORE}/configmaps?labelSelector=%ff`,
      'identity: Impersonate-User \u00ff',
    ],
  },
  {
    why: 'answers are never written as protobuf: whoever takes nothing else is refused',
    requests: [`${CORE}/configmaps/one`, `${CORE}/configmaps`, '/api', '/version', `${CORE}/configmaps/none`, `${ARGO}/rollouts`].map(
      (target) => `Accept: ${target} as application/vnd.kubernetes.protobuf`,
    ),
  },
  {
    why: 'the YAML parser is another: it accepts more keys and tags, and counts lines in another way',
    requests: ['a bad indent', 'a tag', 'a key that is a list'].flatMap((what) => [
      `bad YAML: created from ${what}`,
      `bad YAML: applied ${what}`,
    ]),
  },
  {
    why: 'not served: the list of paths, the issuer of tokens, profiles and the state of the control plane',
    requests: ['/debug/pprof', '/.well-known/openid-configuration', '/index.html', '/api/v1/componentstatuses/none'].map(
      (path) => `path: GET ${path}`,
    ),
  },
  {
    why: 'empty segments of a path and empty selectors are mistakes here; the real routes happen to let some of them through',
    requests: [
      'path: GET /api/v1/namespaces//configmaps',
      `path: GET ${ARGO}/rollouts//`,
      `query: GET ${CORE}/configmaps?labelSelector=%00`,
      `query: GET ${CORE}/configmaps?fieldSelector==`,
    ],
  },
  {
    why: 'a JSON patch that replaces the whole document, or takes away what says its kind, is refused in other words',
    requests: [
      'patch: application/json-patch+json [{"op":"copy","from":"","path":"/data/x"}]',
      'patch: application/json-patch+json [{"op":"replace","path":"","value":{}}] of a Rollout',
      'patch: application/json-patch+json [{"op":"replace","path":"","value":null}]',
      'patch: application/json-patch+json [{"op":"replace","path":"","value":null}] of a Rollout',
      'patch: application/json-patch+json [{"op":"replace","path":"","value":[]}]',
      'patch: application/json-patch+json [{"op":"replace","path":"","value":[]}] of a Rollout',
      'patch: application/json-patch+json [{"op":"remove","path":"/apiVersion"}]',
      'patch: application/json-patch+json [{"op":"remove","path":"/apiVersion"}] of a Rollout',
      'patch: application/merge-patch+json {"kind":null} of a Rollout',
      'patch: application/merge-patch+json {"kind":1}',
      'patch: application/merge-patch+json {"kind":1} of a Rollout',
    ],
  },
  {
    why: 'what is wrong is refused, with the same reason, and said in other words',
    requests: [
      'patch: application/strategic-merge-patch+json {"$patch":1}',
      'wrong type: Rollout with apiVersion null',
      'wrong type: Rollout with metadata null',
      'wrong type: Rollout with metadata {}',
      'wrong type: Rollout with metadata {"x":{}}',
      `subresource: PATCH ${ARGO}/rollouts/shop/status?dryRun=All {"status":1}`,
      `subresource: PATCH ${ARGO}/rollouts/shop/status?dryRun=All {"status":{"replicas":"x"}}`,
      `subresource: DELETE ${CORE}/configmaps/none {"preconditions":{"uid":1}}`,
      'framing: name without a name',
      'framing: NUL in a value',
    ],
  },
  {
    why: 'the form of the answer is agreed on before the object is looked for',
    requests: [`Accept: ${CORE}/configmaps/none as application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io`],
  },
  {
    why: "Node's parser of HTTP refuses at once what Go's meets with while it reads the body",
    requests: ['framing: length and chunks', 'framing: chunk without a size'],
  },
];
