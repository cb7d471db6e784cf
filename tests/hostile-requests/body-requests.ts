import {
  APPS,
  ARGO,
  CONFIG_MAP,
  CORE,
  creation,
  DEPLOYMENT,
  jsonBody,
  NAMESPACE,
  ROLLOUT,
  type HostileRequest,
} from './hostile-request.ts';

const KINDS = [
  { what: 'ConfigMap', collection: `${CORE}/configmaps`, object: CONFIG_MAP },
  { what: 'Deployment', collection: `${APPS}/deployments`, object: DEPLOYMENT },
  { what: 'Rollout', collection: `${ARGO}/rollouts`, object: ROLLOUT },
] as const;

const TYPES = [
  'text/plain',
  'text/html; charset=utf-8',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'APPLICATION/JSON',
  'application/json;charset=utf-8',
  'application/json; charset=utf-16',
  'application/json;',
  'application/json; charset',
  'application/json; charset="',
  'application/json, application/yaml',
  'application/cbor',
  'application/*',
  '*/*',
  'json',
  '/',
  ';',
  ',',
  '\u00ff',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
  'application/vnd.kubernetes.protobuf',
  'application/vnd.kubernetes.protobuf;stream=watch',
];

const MEBIBYTE = 1024 * 1024;

/** Bodies that are no objects of their kind, or hardly readable at all. */
export const BODY_REQUESTS: readonly HostileRequest[] = [
  ...truncated(),
  ...misspelled(),
  ...contentTypes(),
  ...huge(),
  ...deep(),
  ...protobuf(),
  ...invalidText(),
  ...wrongTypes(),
  ...oddNumbers(),
  ...yaml(),
];

function truncated(): HostileRequest[] {
  return KINDS.flatMap(({ what, collection, object }) => {
    const text = JSON.stringify({ ...object, metadata: { name: 'new' } });
    return [0, 1, 2, 5, 14, 20, 40, 60, text.length - 1].map((length) =>
      creation('truncated JSON', `${what} cut at ${length}`, collection, text.slice(0, length)),
    );
  });
}

function misspelled(): HostileRequest[] {
  const texts = [
    '{]', '{,}', '{"a"}', '{"a":}', '{"a":1,}', '{a:1}', "{'a':1}", '{"a":01}', '{"a":1.}', '{"a":.5}', '{"a":+1}', '{"a":1e}', '{"a":NaN}',
    '{"a":tru}', '{"a":nul}', '{"a":"\\x"}', '{"a":"\\u12"}', '{"a":"\n"}', '{"a":"\u0000"}', '{}{}', '{} x', '//x\n{}', '[', ']', '}', ',', ':',
    '"', 'true', '0', '-', '-0', '1e999', 'undefined', '\ufeff{}', '   ', '\u0000', '{"kind":"ConfigMap"', '{"kind":"ConfigMap",,}',
  ]; // prettier-ignore
  return texts.flatMap((text) =>
    [KINDS[0], KINDS[2]].map(({ what, collection }) => creation('misspelled JSON', `${what} ${JSON.stringify(text)}`, collection, text)),
  );
}

function contentTypes(): HostileRequest[] {
  return TYPES.flatMap((type): HostileRequest[] => {
    const group = 'content type';
    const headers = [['Content-Type', type]] as const;
    const requests = KINDS.flatMap(({ what, collection, object }): HostileRequest[] => {
      if (what === 'Deployment') return [];
      const body = jsonBody({ ...object, metadata: { name: 'new' } });
      const old = jsonBody(object);
      const target = `${collection}/${object.metadata.name}?dryRun=All`;
      return [
        { group, name: `POST ${what} as ${type}`, method: 'POST', target: `${collection}?dryRun=All`, headers, body },
        { group, name: `PUT ${what} as ${type}`, method: 'PUT', target, headers, body: old },
        { group, name: `PATCH ${what} as ${type}`, method: 'PATCH', target: `${target}&fieldManager=x`, headers, body: jsonBody('{}') },
      ];
    });
    // Why: a query says nothing when there is a body.
    const target = `${CORE}/configmaps/none`;
    return [...requests, { group, name: `DELETE as ${type}`, method: 'DELETE', target, headers, body: jsonBody('{}') }];
  });
}

function huge(): HostileRequest[] {
  const group = 'huge body';
  const text = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"},"data":{"a":"${'x'.repeat(3 * MEBIBYTE)}"}}`;
  const below = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"},"data":{"a":"${'x'.repeat(2 * MEBIBYTE)}"}}`;
  const labels = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new', annotations: { a: 'x'.repeat(300_000) } } };
  const long = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a'.repeat(5000) } };
  const one = `${CORE}/configmaps/one?dryRun=All`;
  const typed = (method: string, target: string, type: string, body: string): Omit<HostileRequest, 'group' | 'name'> => ({
    method,
    target,
    headers: [['Content-Type', type]],
    body: jsonBody(body),
  });
  return [
    creation(group, 'ConfigMap over the limit', `${CORE}/configmaps`, text),
    creation(group, 'ConfigMap over what one may hold', `${CORE}/configmaps`, below),
    creation(group, 'nothing but spaces', `${CORE}/configmaps`, ' '.repeat(3 * MEBIBYTE + 1)),
    creation(group, 'Rollout over the limit', `${ARGO}/rollouts`, text),
    creation(group, 'annotations over the limit', `${CORE}/configmaps`, labels),
    creation(group, 'long name', `${CORE}/configmaps`, long),
    { group, name: 'update over the limit', ...typed('PUT', one, 'application/json', text) },
    { group, name: 'merge patch over the limit', ...typed('PATCH', one, 'application/merge-patch+json', text) },
    { group, name: 'JSON patch over the limit', ...typed('PATCH', one, 'application/json-patch+json', `[${text}]`) },
    { group, name: 'apply over the limit', ...typed('PATCH', `${one}&fieldManager=x`, 'application/apply-patch+yaml', text) },
    { group, name: 'deletion over the limit', ...typed('DELETE', `${CORE}/configmaps/none`, 'application/json', text) },
    { group, name: 'JSON patch of too many operations', ...typed('PATCH', one, 'application/json-patch+json', `[${'{"op":"test","path":"/data/a","value":"b"},'.repeat(10_001).slice(0, -1)}]`) }, // prettier-ignore
  ];
}

function deep(): HostileRequest[] {
  const group = 'deep nesting';
  const lists = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const inside = (text: string, name = 'new'): string => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"},"x":${text}}`;
  const rollout = (text: string): string =>
    `{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"new"},"spec":{"x":${text}}}`;
  const one = `${CORE}/configmaps/one?dryRun=All`;
  const patch = (name: string, type: string, text: string): HostileRequest => ({
    group,
    name,
    method: 'PATCH',
    target: `${one}&fieldManager=x`,
    headers: [['Content-Type', type]],
    body: jsonBody(text),
  });
  return [
    ...[500, 20_000].flatMap((depth) => [
      creation(group, `${depth} lists`, `${CORE}/configmaps`, lists(depth)),
      creation(group, `${depth} objects`, `${CORE}/configmaps`, objects(depth)),
      creation(group, `${depth} lists in a field`, `${CORE}/configmaps`, inside(lists(depth))),
      creation(group, `${depth} objects in a field`, `${CORE}/configmaps`, inside(objects(depth))),
      creation(group, `${depth} objects in a field of a Rollout`, `${ARGO}/rollouts`, rollout(objects(depth))),
      creation(group, `${depth} lists, never closed`, `${CORE}/configmaps`, '['.repeat(depth)),
      patch(`merge patch of ${depth} objects`, 'application/merge-patch+json', objects(depth)),
      patch(`JSON patch of ${depth} lists`, 'application/json-patch+json', lists(depth)),
      patch(`strategic patch of ${depth} objects`, 'application/strategic-merge-patch+json', objects(depth)),
    ]),
    patch('apply of 500 lists', 'application/apply-patch+yaml', inside(lists(500), 'one')),
  ];
}

function protobuf(): HostileRequest[] {
  const group = 'bad protobuf';
  const magic = [0x6b, 0x38, 0x73, 0x00];
  const envelope = (apiVersion: string, kind: string, raw: readonly number[]): number[] => {
    const typeMeta = [...field(1, Buffer.from(apiVersion)), ...field(2, Buffer.from(kind))];
    return [...magic, ...field(1, typeMeta), ...field(2, raw)];
  };
  const named = [...field(1, field(1, Buffer.from('new')))];
  const bodies: Record<string, readonly number[]> = {
    nothing: [],
    'half of the magic number': magic.slice(0, 2),
    'nothing but the magic number': magic,
    'another magic number': [0x6b, 0x38, 0x73, 0x01, 0x0a],
    'garbage after the magic number': [...magic, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    'length beyond the end': [...magic, 0x0a, 0x7f],
    'endless varint': [...magic, 0x0a, ...Array.from({ length: 12 }, () => 0x80)],
    'field number 0': [...magic, 0x02, 0x00],
    'unknown wire type': [...magic, 0x0f, 0x00],
    'end of no group': [...magic, 0x0c],
    'another kind': envelope('v1', 'Pod', named),
    'unknown kind': envelope('v1', 'Nothing', named),
    'no kind': envelope('', '', named),
    'truncated object': envelope('v1', 'ConfigMap', [0x0a, 0x20, 0x0a]),
    'garbage for an object': envelope('v1', 'ConfigMap', [0xff, 0xff, 0xff, 0xff]),
    'varint for a message': envelope('v1', 'ConfigMap', [0x08, 0x01]),
    'invalid text for a name': envelope('v1', 'ConfigMap', field(1, field(1, [0xff, 0xfe]))),
    'right object': envelope('v1', 'ConfigMap', named),
    JSON: [...jsonBody(CONFIG_MAP)],
  };
  const headers = [['Content-Type', 'application/vnd.kubernetes.protobuf']] as const;
  const requests = Object.entries(bodies).map(([name, body]): HostileRequest => {
    return { group, name, method: 'POST', target: `${CORE}/configmaps?dryRun=All`, headers, body: Buffer.from(body) };
  });
  const target = `${ARGO}/rollouts?dryRun=All`;
  return [...requests, { group, name: 'for a custom kind', method: 'POST', target, headers, body: Buffer.from(bodies['right object']!) }];
}

function field(number: number, bytes: readonly number[] | Uint8Array): number[] {
  return [(number << 3) | 2, bytes.length, ...bytes];
}

function invalidText(): HostileRequest[] {
  const group = 'invalid UTF-8';
  const around = (bytes: number[]): Buffer =>
    Buffer.concat([
      Buffer.from('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new"},"data":{"a":"'),
      Buffer.from(bytes),
      Buffer.from('"}}'),
    ]);
  const named = (bytes: number[]): Buffer =>
    Buffer.concat([Buffer.from('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"'), Buffer.from(bytes), Buffer.from('"}}')]);
  const wrong = { 'a lone byte': [0xff], 'half a character': [0xe2, 0x82], 'a surrogate': [0xed, 0xa0, 0x80], overlong: [0xc0, 0xaf] };
  return Object.entries(wrong).flatMap(([name, bytes]) => [
    creation(group, `${name} in a value`, `${CORE}/configmaps`, around(bytes)),
    creation(group, `${name} in a name`, `${CORE}/configmaps`, named(bytes)),
    creation(group, `${name} for a body`, `${CORE}/configmaps`, Buffer.from(bytes)),
    creation(group, `${name} for a Rollout`, `${ARGO}/rollouts`, Buffer.from(bytes)),
  ]);
}

/** A value of another type at every place of an object. */
function wrongTypes(): HostileRequest[] {
  const wrong = [null, true, 7, 1.5, 'x', [], [1], {}, { x: {} }];
  const places: [typeof KINDS[number], string[]][] = [
    [KINDS[0], ['apiVersion', 'kind', 'metadata', 'metadata.name', 'metadata.labels', 'metadata.creationTimestamp', 'metadata.ownerReferences', 'data', 'immutable', 'binaryData']],
    [KINDS[1], ['spec', 'spec.replicas', 'spec.selector', 'spec.template', 'spec.template.spec', 'spec.template.spec.containers', 'spec.strategy', 'spec.paused']],
    [KINDS[2], ['apiVersion', 'kind', 'metadata', 'metadata.labels', 'spec', 'spec.replicas', 'spec.selector', 'spec.strategy', 'spec.template.spec.containers']],
  ]; // prettier-ignore
  return places.flatMap(([{ what, collection, object }, paths]) =>
    paths.flatMap((path) =>
      wrong.map((value) => {
        const body = withValue({ ...object, metadata: { name: 'new' } }, path.split('.'), value);
        return creation('wrong type', `${what} with ${path} ${JSON.stringify(value)}`, collection, body);
      }),
    ),
  );
}

function withValue(object: object, [key, ...rest]: string[], value: unknown): object {
  const members = object as Record<string, object>;
  return { ...members, [key!]: rest.length === 0 ? value : withValue(members[key!] ?? {}, rest, value) };
}

function oddNumbers(): HostileRequest[] {
  const numbers = ['2147483648', '-1', '1e2', '1.0', '9223372036854775808', '1e400', '-0', '0.5'];
  return [KINDS[1], KINDS[2]].flatMap(({ what, collection, object }) =>
    numbers.map((number) => {
      const text = JSON.stringify({ ...object, metadata: { name: 'new' } }).replace('"replicas":0', `"replicas":${number}`);
      return creation('odd number', `${what} with ${number} replicas`, collection, text);
    }),
  );
}

function yaml(): HostileRequest[] {
  const group = 'bad YAML';
  const right = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new, namespace: ${NAMESPACE}}\n`;
  const texts: Record<string, string> = {
    nothing: '',
    'a tab': 'a:\n\t- b',
    'an open bracket': 'a: [b',
    'an open quote': 'a: "b',
    'an unknown anchor': 'a: *b',
    'a bad indent': 'a: b\n  c: d\n e: f',
    'two documents': `${right}---\n${right}`,
    'a tag': 'a: !!binary x',
    text: 'just text',
    'a list': '- a\n- b',
    'a NUL': 'a: \u0000',
    'a key that is a list': '? [a]\n: b',
    right,
  };
  return Object.entries(texts).flatMap(([name, text]): HostileRequest[] => {
    const body = Buffer.from(text);
    const headers = [['Content-Type', 'application/yaml']] as const;
    const target = `${CORE}/configmaps/one?dryRun=All&fieldManager=x`;
    return [
      { group, name: `created from ${name}`, method: 'POST', target: `${CORE}/configmaps?dryRun=All`, headers, body },
      { group, name: `applied ${name}`, method: 'PATCH', target, headers: [['Content-Type', 'application/apply-patch+yaml']], body },
    ];
  });
}
