import type { KubeObject } from '../../../kube/types/meta.ts';
import { toBytes } from '../../shell/kernel/bytes.ts';
import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { ServerRefusal } from './kubectl-error.ts';
import { formatOutput, formatTable, type ServerTable } from './output.ts';
import { shownName, type ResourceType } from './resource-types.ts';
import type { KubectlSession, Target } from './session.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** `kubectl get TYPE [NAME…]`. */
export function* get(session: KubectlSession): Task<number> {
  const { flags } = session;
  if (flags.isOn('watch')) throw new CannotSimulate('kubectl get --watch is not modelled in pods of the embedded cluster');
  const { targets, types } = yield* session.targets(flags.operands);
  for (const type of types) yield* getAll(session, type);
  return targets.length > 0 ? yield* getEach(session, targets) : 0;
}

function* getAll(session: KubectlSession, type: ResourceType): Task<void> {
  const { flags } = session;
  const namespace = flags.isOn('all-namespaces') ? undefined : session.namespace;
  const path = session.selectionPath(type, namespace);
  const output = flags.get('output');
  if (output !== undefined && output !== 'wide') {
    const list = yield* session.api.request<{ items?: KubeObject[] }>('GET', path);
    const kind = { apiVersion: type.group === '' ? type.version : `${type.group}/${type.version}`, kind: type.kind };
    const items = (list.items ?? []).map((item) => ({ ...kind, ...item }));
    yield* write(
      session,
      formatOutput(
        output,
        { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items } as { items: KubeObject[] },
        (item) => shownName(type, item.metadata.name),
      )!,
    );
    return;
  }
  const table = yield* session.api.request<ServerTable>('GET', path, { accept: TABLE });
  if ((table.rows ?? []).length > 0) yield* write(session, formatTable(table, tableOptions(session)));
  else if (!flags.isOn('ignore-not-found')) {
    yield* session.context.writeError(
      namespace === undefined || !type.isNamespaced ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`,
    );
  }
}

function* getEach(session: KubectlSession, targets: readonly Target[]): Task<number> {
  const output = session.flags.get('output');
  const isTable = output === undefined || output === 'wide';
  let status = 0;
  for (const { type, path } of targets) {
    try {
      const answer = yield* session.api.request<KubeObject>('GET', path, isTable ? { accept: TABLE } : {});
      const text = isTable
        ? formatTable(answer as unknown as ServerTable, tableOptions(session))
        : formatOutput(output, answer, (item) => shownName(type, item.metadata.name));
      yield* write(session, text!);
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      if (error.code === 404 && session.flags.isOn('ignore-not-found')) continue;
      status = 1;
      yield* session.context.writeError(`${error.message}\n`);
    }
  }
  return status;
}

function tableOptions({ flags }: KubectlSession): { isWide: boolean; hasHeadings: boolean } {
  return { isWide: flags.get('output') === 'wide', hasHeadings: !flags.isOn('no-headers') };
}

function* write(session: KubectlSession, text: string): Task<void> {
  yield* session.context.write(toBytes(text));
}
