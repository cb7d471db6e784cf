import { ARGO, CONFIG_MAP, CORE, jsonBody, type HostileRequest } from './hostile-request.ts';

const ONE = `${CORE}/configmaps/one`;
const LIST = `${CORE}/configmaps`;

/** Headers that contradict each other, the request or HTTP itself. */
export const HEADER_REQUESTS: readonly HostileRequest[] = [...accepted(), ...identities(), ...framing(), ...other()];

function accepted(): HostileRequest[] {
  const values = [
    'text/html', 'text/plain', 'application/xml', 'application/json;as=Foo;v=v1;g=meta.k8s.io', 'application/json;as=Table', 'application/json;as=Table;v=v9;g=meta.k8s.io', 'application/json;as=Table;v=v1;g=x', 'application/json;q=0', 'application/json;q=x', '*', '*/*;q=0.1', 'text/*', 'application/*', 'application/json,', ',', ';', 'application/json;;', '/', 'application/', 'application/json;stream=watch', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/cbor', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'x'.repeat(2000), '\u00ff\u00fe', 'application/json; profile="', 'application/json; as=Table; g=meta.k8s.io; v=v1',
  ]; // prettier-ignore
  const targets = [ONE, LIST, '/api', '/version', '/healthz', '/nothing', `${LIST}/none`, `${ARGO}/rollouts`];
  return values.flatMap((value) =>
    targets.map((target) => ({
      group: 'Accept',
      name: `${target} as ${value.slice(0, 80)}`,
      method: 'GET',
      target,
      headers: [['Accept', value]] as const,
    })),
  );
}

function identities(): HostileRequest[] {
  const group = 'identity';
  const authorizations = ['', 'x', 'Bearer', 'Bearer ', 'Bearer x', 'bearer x', 'Bearer  x', 'Bearer a b', 'Bearer a.b.c', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.', 'Basic YTpi', 'Basic !!', 'Digest x', `Bearer ${'x'.repeat(5000)}`, 'Bearer \u00ff']; // prettier-ignore
  const asWhom: [string, string][][] = [
    [['Impersonate-User', 'bob']],
    [['Impersonate-User', '']],
    [['Impersonate-Group', 'system:masters']],
    [['Impersonate-Uid', 'x']],
    [['Impersonate-Extra-scopes', 'x']],
    [['Impersonate-User', 'bob'], ['Impersonate-Group', 'system:masters']],
    [['Impersonate-User', 'system:serviceaccount:hostile:default']],
    [['Impersonate-User', 'system:serviceaccount:x']],
    [['Impersonate-User', 'system:serviceaccount:::']],
    [['Impersonate-User', 'system:anonymous']],
    [['Impersonate-User', 'bob'], ['Impersonate-Uid', 'x']],
    [['Impersonate-User', 'bob'], ['Impersonate-Extra-a%zzb', 'x']],
    [['Impersonate-User', '\u00ff']],
  ]; // prettier-ignore
  const targets = [LIST, '/api', '/version', '/healthz', '/nothing', '/apis/nothing/v1/things', ONE];
  return [
    ...targets.map((target): HostileRequest => ({ group, name: `nobody ${target}`, method: 'GET', target, isAnonymous: true })),
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method): HostileRequest => ({ group, name: `nobody ${method}`, method, target: ONE, isAnonymous: true })),
    ...authorizations.flatMap((value) =>
      [LIST, '/version'].map((target): HostileRequest => ({ group, name: `${target} Authorization ${JSON.stringify(value.slice(0, 60))}`, method: 'GET', target, headers: [['Authorization', value]], isAnonymous: true })),
    ),
    ...asWhom.map((headers): HostileRequest => ({ group, name: headers.map((header) => header.join(' ')).join(', '), method: 'GET', target: LIST, headers })),
    { group, name: 'nobody as somebody', method: 'GET', target: LIST, headers: [['Impersonate-User', 'bob']], isAnonymous: true },
  ]; // prettier-ignore
}

function framing(): HostileRequest[] {
  const group = 'framing';
  const body = jsonBody({ ...CONFIG_MAP, metadata: { name: 'new' } });
  const post = (name: string, headers: readonly (readonly [string, string])[], sent: Uint8Array = body): HostileRequest => ({
    group,
    name,
    method: 'POST',
    target: `${LIST}?dryRun=All`,
    headers: [['Content-Type', 'application/json'], ...headers],
    body: sent,
  });
  return [
    post('length that is no number', [['Content-Length', 'x']]),
    post('negative length', [['Content-Length', '-1']]),
    post('two lengths', [['Content-Length', '5'], ['Content-Length', '6']]),
    post('length and chunks', [['Content-Length', '5'], ['Transfer-Encoding', 'chunked']], Buffer.from('0\r\n\r\n')),
    post('unknown transfer encoding', [['Transfer-Encoding', 'foo']]),
    post('chunk without a size', [['Transfer-Encoding', 'chunked']], Buffer.from('zz\r\n\r\n')),
    post('no chunks', [['Transfer-Encoding', 'chunked']], Buffer.from('0\r\n\r\n')),
    post('chunks', [['Transfer-Encoding', 'chunked']], Buffer.from(`${body.byteLength.toString(16)}\r\n${Buffer.from(body).toString()}\r\n0\r\n\r\n`)),
    post('no length', [['Content-Length', '0']], Buffer.alloc(0)),
    post('space in a name', [['X Y', 'z']]),
    post('name without a name', [['', 'z']]),
    post('NUL in a value', [['X-Y', 'a\u0000b']]),
    post('long header', [['X-Y', 'a'.repeat(9000)]]),
    post('too long a header', [['X-Y', 'a'.repeat(1_200_000)]]),
    post('many headers', Array.from({ length: 500 }, (_, index) => [`X-${index}`, 'y'] as const)),
    post('two hosts', [['Host', 'a.example'], ['Host', 'b.example']]),
    post('empty host', [['Host', '']]),
    post('malformed host', [['Host', 'a b/c']]),
    post('another host', [['Host', 'elsewhere.example']]),
    post('compressed body that is none', [['Content-Encoding', 'gzip']]),
    post('unknown compression', [['Content-Encoding', 'foo']]),
    post('expectation', [['Expect', '100-continue']]),
    post('unknown expectation', [['Expect', 'foo']]),
    { group, name: 'body of a GET', method: 'GET', target: ONE, body },
    { group, name: 'HTTP in a target', method: 'GET', target: '/version HTTP/1.1 x' },
  ]; // prettier-ignore
}

function other(): HostileRequest[] {
  const headers: [string, string][] = [
    ['X-HTTP-Method-Override', 'DELETE'],
    ['If-None-Match', '*'],
    ['If-Match', 'x'],
    ['If-Modified-Since', 'x'],
    ['Range', 'bytes=0-1'],
    ['Accept-Encoding', 'foo'],
    ['Accept-Language', '*'],
    ['Cookie', 'a=b'],
    ['Origin', 'https://elsewhere.example'],
    ['Referer', 'x'],
    ['X-Forwarded-For', '::'],
    ['X-Forwarded-Proto', 'http'],
    ['X-Remote-User', 'admin'],
    ['X-Remote-Group', 'system:masters'],
    ['User-Agent', '\u00ff'],
    ['User-Agent', ''],
    ['Audit-ID', 'x y'],
    ['Upgrade', 'foo'],
    ['Connection', 'close'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', 'x'],
  ];
  return headers.flatMap(([name, value]) =>
    [ONE, '/nothing'].map((target) => ({
      group: 'other header',
      name: `${target} ${name} ${value}`,
      method: 'GET',
      target,
      headers: [[name, value]] as const,
    })),
  );
}
