import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../kube/types/meta.ts';
import { builtInRegistry } from '../../../cluster-core.ts';
import { groupOf } from '../../../api/resource.ts';
import { argoRolloutsDefinitions } from '../../../bootstrap/argo-rollouts.ts';
import { customResourceOf } from '../../../api/custom-resources/custom-definitions.ts';
import type { CustomResourceDefinition } from '../../../api/custom-resources/custom-resource-definition.ts';
import { realServer } from '../../golden/real-server.ts';
import { buildTable, type Table } from '../table.ts';
import { atTime, TABLE_NAMESPACE, TABLE_SUBJECTS } from './objects.ts';

interface RecordedTable {
  object: KubeObject;
  atMs: number;
  columns: { name: string; type: string; format: string; priority: number }[];
  cells: unknown[];
  conditions?: unknown;
}

const RECORDED = join(import.meta.dirname, 'tables.json');
const ASK_TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

async function record(kubeconfig: string): Promise<void> {
  const ask = realServer(kubeconfig);
  const json = { 'content-type': 'application/json' };
  await ask({ method: 'POST', path: '/api/v1/namespaces', headers: json, body: JSON.stringify({ metadata: { name: TABLE_NAMESPACE } }) });
  const recorded: RecordedTable[] = [];
  for (const subject of TABLE_SUBJECTS) {
    const { collection, object, status } = atTime(subject, Date.now());
    const path = `${collection}/${object.metadata.name}`;
    const isCustom = collection.includes('argoproj');
    const body = JSON.stringify({ ...object, ...(isCustom && { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate' }) });
    const created = await ask({ method: 'POST', path: collection, headers: json, body });
    if (created.status !== 201) throw new Error(`${path}: ${created.text}`);
    if (status) {
      const headers = { 'content-type': 'application/merge-patch+json' };
      const patched = await ask({ method: 'PATCH', path: `${path}/status`, headers, body: JSON.stringify({ status }) });
      if (patched.status !== 200) throw new Error(`${path}: ${patched.text}`);
    }
    recorded.push(await recordTable(ask, path));
  }
  writeFileSync(RECORDED, `${JSON.stringify(recorded, null, 1)}\n`);
  await ask({ method: 'DELETE', path: `/api/v1/namespaces/${TABLE_NAMESPACE}`, headers: {} });
}

async function recordTable(ask: ReturnType<typeof realServer>, path: string): Promise<RecordedTable> {
  const answer = await ask({ method: 'GET', path: `${path}?includeObject=Object`, headers: { accept: ASK_TABLE } });
  const table = JSON.parse(answer.text) as Table;
  const [row] = table.rows;
  const object = row!.object as KubeObject;
  delete object.metadata.managedFields;
  return {
    object,
    atMs: answer.atMs,
    columns: table.columnDefinitions.map(({ name, type, format, priority }) => ({ name, type, format, priority })),
    cells: row!.cells,
    ...(row!.conditions && { conditions: row!.conditions }),
  };
}

const kubeconfig = process.env['GOLDEN_KUBECONFIG'];
if (kubeconfig) await record(kubeconfig);
const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as RecordedTable[];

const registry = builtInRegistry();
for (const crd of argoRolloutsDefinitions('') as CustomResourceDefinition[]) {
  const custom = customResourceOf(crd)!;
  registry.add(custom.stored, custom.forms);
}

describe('a table shows what the real server showed', () => {
  it('of every recorded kind of object', () => expect(recorded).toHaveLength(TABLE_SUBJECTS.length));

  it.each(recorded.map((golden) => [golden.object.kind, golden.object.metadata.name, golden] as const))('%s %s', (_kind, _name, golden) => {
    const stored = registry.forKind(groupOf(golden.object), golden.object.kind)!;
    const table = buildTable(
      { definition: stored, stored },
      [golden.object],
      {},
      { metaVersion: 'v1', include: 'None', nowMs: golden.atMs },
    );
    expect(table.columnDefinitions.map(({ name, type, format, priority }) => ({ name, type, format, priority }))).toEqual(golden.columns);
    expect(table.rows).toEqual([{ cells: golden.cells, ...(golden.conditions !== undefined && { conditions: golden.conditions }) }]);
  });
});
