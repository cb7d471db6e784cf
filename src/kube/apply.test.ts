import { describe, expect, it } from 'vitest';
import { lineOf, refusal, ScriptedTransport, type ScriptedAnswer } from '../../tests/support/scripted-transport.ts';
import { ClusterError } from '../errors.ts';
import { applyManifests } from './apply.ts';
import { KubeClient } from './client.ts';
import { LAST_APPLIED_ANNOTATION, withLastApplied } from './last-applied.ts';
import { parseManifests } from './manifest.ts';
import type { HttpRequest } from './transport.ts';
import type { KubeObject } from './types/meta.ts';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: "1"\n';
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  ports:\n  - port: 80000\n';
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n';

const absent = refusal(404, 'NotFound', 'not found', { name: 'x' });

function cluster(answer: (line: string, request: HttpRequest) => ScriptedAnswer | undefined) {
  const transport = new ScriptedTransport((request) => answer(lineOf(request), request) ?? (request.method === 'GET' ? absent : {}));
  const apply = (text: string) => applyManifests(new KubeClient(transport), parseManifests(text, 'w/a.yaml'), 'lab');
  return { transport, apply };
}

const writes = (lines: string[]): string[] => lines.filter((line) => !line.startsWith('GET')).map((line) => line.split(' {')[0]!);

describe('applyManifests', () => {
  it('creates what is missing, after trying everything without effect', async () => {
    const { transport, apply } = cluster(() => undefined);
    const result = await apply(`${CONFIG_MAP}---\n${SERVICE}`);
    expect(result).toEqual({
      problems: [],
      applied: [
        { name: 'configmap/c', outcome: 'created' },
        { name: 'service/s', outcome: 'created' },
      ],
    });
    const query = 'fieldManager=kubectl-client-side-apply&fieldValidation=Strict';
    expect(writes(transport.lines)).toEqual([
      `POST /api/v1/namespaces/lab/configmaps?dryRun=All&${query}`,
      `POST /api/v1/namespaces/lab/services?dryRun=All&${query}`,
      `POST /api/v1/namespaces/lab/configmaps?${query}`,
      `POST /api/v1/namespaces/lab/services?${query}`,
    ]);
    const sent = JSON.parse(transport.requests.filter(({ method }) => method === 'POST').at(-2)?.body ?? '') as KubeObject;
    expect(sent.metadata).toMatchObject({ name: 'c', namespace: 'lab' });
    expect(sent.metadata.annotations?.[LAST_APPLIED_ANNOTATION]).toContain('"namespace":"lab"');
  });

  it('patches what differs and leaves alone what does not', async () => {
    const applied = withLastApplied({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'lab' }, data: { a: '1' } });
    const current = { ...applied, metadata: { ...applied.metadata, resourceVersion: '5' }, data: { a: '1', theirs: 'x' } };
    const { transport, apply } = cluster((line) => {
      if (line.startsWith('GET')) return { body: current };
      return { body: { ...current, metadata: { ...current.metadata, resourceVersion: '6' } } };
    });
    expect((await apply(CONFIG_MAP)).applied).toEqual([{ name: 'configmap/c', outcome: 'unchanged' }]);
    expect(writes(transport.lines)).toEqual([]);
    expect((await apply(CONFIG_MAP.replace('a: "1"', 'b: "2"'))).applied).toEqual([{ name: 'configmap/c', outcome: 'configured' }]);
    const patch = JSON.parse(transport.requests.at(-1)?.body ?? '') as { data: unknown };
    expect(patch.data).toEqual({ a: null, b: '2' });
  });

  it('calls a patch that changed nothing unchanged', async () => {
    const current = { metadata: { name: 'c', resourceVersion: '5' } };
    const { apply } = cluster(() => ({ body: current }));
    expect((await apply(CONFIG_MAP)).applied).toEqual([{ name: 'configmap/c', outcome: 'unchanged' }]);
  });

  it('applies nothing when one object is refused, and tells every refusal where it stands', async () => {
    const { transport, apply } = cluster((line) => {
      if (line.startsWith('POST') && line.includes('services')) {
        const causes = [{ field: 'spec.ports[0].port', message: 'Invalid value: 80000: must be between 1 and 65535, inclusive' }];
        return refusal(422, 'Invalid', 'Service "s" is invalid', { name: 's', causes });
      }
      if (line.startsWith('POST')) {
        return refusal(
          400,
          'BadRequest',
          'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "data2", duplicate field "data.a"',
        );
      }
      return undefined;
    });
    const result = await apply(`${CONFIG_MAP}---\n${SERVICE}`);
    expect(result).toEqual({
      applied: [],
      problems: [
        { file: 'w/a.yaml', line: 1, column: 1, message: 'unknown field "data2"' },
        { file: 'w/a.yaml', line: 6, column: 3, message: 'duplicate field "data.a"' },
        {
          file: 'w/a.yaml',
          line: 13,
          column: 5,
          message: 'spec.ports[0].port: Invalid value: 80000: must be between 1 and 65535, inclusive',
        },
      ],
    });
    expect(writes(transport.lines).every((line) => line.includes('dryRun=All'))).toBe(true);
  });

  it('refuses a kind the server does not have before sending anything', async () => {
    const { transport, apply } = cluster((line) => (line.includes('/apis/nope') ? refusal(404, 'NotFound', 'no') : undefined));
    const result = await apply(`${CONFIG_MAP}---\napiVersion: nope/v1\nkind: Thing\nmetadata: {name: t}\n`);
    expect(result.applied).toEqual([]);
    expect(result.problems).toEqual([
      { file: 'w/a.yaml', line: 9, column: 1, message: 'no matches for kind "Thing" in version "nope/v1"' },
    ]);
    expect(writes(transport.lines).filter((line) => !line.includes('dryRun'))).toEqual([]);
  });

  it('does not mind that an object cannot be tried whose namespace comes with it', async () => {
    const inOther = CONFIG_MAP.replace('name: c', 'name: c\n  namespace: other');
    const { apply } = cluster((line) =>
      line.includes('/namespaces/other/') && line.includes('dryRun') && line.startsWith('POST')
        ? refusal(404, 'NotFound', 'namespaces "other" not found', { name: 'other' })
        : undefined,
    );
    expect((await apply(`${NAMESPACE}---\n${inOther}`)).applied).toHaveLength(2);
    expect((await apply(inOther)).problems).toMatchObject([{ message: 'namespaces "other" not found' }]);
  });

  it('gives no namespace to what has none', async () => {
    const { transport, apply } = cluster(() => undefined);
    await apply(NAMESPACE.replace('name: other', 'name: other, namespace: x'));
    expect(writes(transport.lines)[1]).toBe('POST /api/v1/namespaces?fieldManager=kubectl-client-side-apply&fieldValidation=Strict');
    expect(transport.requests.at(-1)?.body).not.toContain('"namespace"');
  });

  it('tries again when somebody else was quicker, but not for ever', async () => {
    let conflicts = 2;
    const { transport, apply } = cluster((line) => {
      if (line.startsWith('GET')) return { body: { metadata: { name: 'c', resourceVersion: '1' } } };
      if (!line.includes('dryRun') && conflicts-- > 0) return refusal(409, 'Conflict', 'modified');
      return { body: { metadata: { name: 'c', resourceVersion: '2' } } };
    });
    expect((await apply(CONFIG_MAP)).applied).toEqual([{ name: 'configmap/c', outcome: 'configured' }]);
    conflicts = 99;
    transport.requests.length = 0;
    expect((await apply(CONFIG_MAP)).problems).toMatchObject([{ message: 'modified' }]);
    expect(writes(transport.lines).filter((line) => !line.includes('dryRun'))).toHaveLength(5);
  });

  it('rejects when the cluster does not let us in at all', async () => {
    const { apply } = cluster(() => refusal(401, 'Unauthorized', 'Unauthorized'));
    await expect(apply(CONFIG_MAP)).rejects.toThrow(ClusterError);
  });

  it('says what was applied when the server changes its mind half way', async () => {
    const { apply } = cluster((line) =>
      line.startsWith('POST /api/v1/namespaces/lab/services?field') ? refusal(403, 'Forbidden', 'no more') : undefined,
    );
    const result = await apply(`${CONFIG_MAP}---\n${SERVICE}`);
    expect(result.applied).toEqual([{ name: 'configmap/c', outcome: 'created' }]);
    expect(result.problems).toMatchObject([{ message: 'no more' }]);
  });
});
