import type { PodTemplateSpec } from '../../../kube/types/core.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { cloneJson } from '../../../system/json.ts';
import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { KubectlError, ServerRefusal } from './kubectl-error.ts';
import { parsePatch, readManifests } from './manifests.ts';
import { shownName } from './resource-types.ts';
import type { KubectlSession, Target } from './session.ts';

const PATCH_TYPES: Readonly<Record<string, string>> = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
};

/** `kubectl patch TYPE NAME -p PATCH`. */
export function* patch(session: KubectlSession): Task<number> {
  const { flags } = session;
  const text = flags.get('patch');
  if (text === undefined) throw new KubectlError('must specify --patch or --patch-file containing the contents of the patch');
  const contentType = PATCH_TYPES[flags.get('type') ?? 'strategic'];
  if (contentType === undefined) throw new KubectlError(`--type must be one of [json merge strategic], not "${flags.get('type')}"`);
  const target = yield* session.target1(flags.operands);
  const before = yield* session.api.request<KubeObject>('GET', target.path);
  const after = yield* session.api.request<KubeObject>('PATCH', `${target.path}?fieldManager=kubectl-patch`, {
    body: parsePatch(text),
    contentType,
  });
  const isSame = before.metadata.resourceVersion === after.metadata.resourceVersion;
  yield* session.print(`${shownName(target.type, target.name)} patched${isSame ? ' (no change)' : ''}`);
  return 0;
}

/** `kubectl set image …` and `kubectl set selector …`. */
export function* set(session: KubectlSession): Task<number> {
  const [what, ...words] = session.flags.operands;
  if (what === 'image') return yield* setImage(session, words);
  if (what === 'selector') return yield* setSelector(session, words);
  throw new CannotSimulate(`kubectl set ${what ?? ''} is not modelled in pods of the embedded cluster`);
}

function* setImage(session: KubectlSession, words: readonly string[]): Task<number> {
  const pairs = words.filter((word) => word.includes('=')).map((word) => splitAt(word, '='));
  if (pairs.length === 0) throw new KubectlError('at least one image update is required');
  const target = yield* session.target1(words.filter((word) => !word.includes('=')));
  const object = cloneJson(yield* session.api.request<KubeObject>('GET', target.path)) as KubeObject & {
    spec?: { template?: PodTemplateSpec };
  };
  const containers = [...(object.spec?.template?.spec.initContainers ?? []), ...(object.spec?.template?.spec.containers ?? [])];
  let isChanged = false;
  for (const [name, image] of pairs) {
    const chosen = containers.filter((container) => name === '*' || container.name === name);
    if (chosen.length === 0) throw new KubectlError(`unable to find container named "${name}"`);
    for (const container of chosen) {
      isChanged ||= container.image !== image;
      container.image = image;
    }
  }
  if (!isChanged) return 0;
  yield* session.api.request('PUT', `${target.path}?fieldManager=kubectl-set`, { body: object });
  yield* session.print(`${shownName(target.type, target.name)} image updated`);
  return 0;
}

function* setSelector(session: KubectlSession, words: readonly string[]): Task<number> {
  const [expression = ''] = words.filter((word) => word.includes('='));
  const target = yield* session.target1(words.filter((word) => !word.includes('=')));
  const object = yield* session.api.request<KubeObject & { spec: Record<string, unknown> }>('GET', target.path);
  const selector = Object.fromEntries(expression.split(',').map((pair) => splitAt(pair, '=')));
  yield* session.api.request('PUT', `${target.path}?fieldManager=kubectl-set`, { body: { ...object, spec: { ...object.spec, selector } } });
  yield* session.print(`${shownName(target.type, target.name)} selector updated`);
  return 0;
}

/** `kubectl scale --replicas=N TYPE NAME`. */
export function* scale(session: KubectlSession): Task<number> {
  const replicas = Number(session.flags.get('replicas') ?? Number.NaN);
  if (!Number.isInteger(replicas) || replicas < 0)
    throw new KubectlError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  const { targets } = yield* session.targets(session.flags.operands);
  for (const target of targets) {
    yield* session.api.request('PATCH', `${target.path}/scale`, { body: { spec: { replicas } }, contentType: PATCH_TYPES['merge']! });
    yield* session.print(`${shownName(target.type, target.name)} scaled`);
  }
  return 0;
}

/** `kubectl label` and `kubectl annotate`: `key=value` sets, `key-` removes. */
export function changeMetadata(field: 'labels' | 'annotations', done: string) {
  return function* (session: KubectlSession): Task<number> {
    const isChange = (word: string): boolean => /^[^/]+(\/[^=]+)?=|^[^=]+-$/.test(word) && (word.includes('=') || word.endsWith('-'));
    const [first, second, ...rest] = session.flags.operands;
    const named = first?.includes('/') ? [first] : [first ?? '', second ?? ''];
    const changes = first?.includes('/') ? [second ?? '', ...rest] : rest;
    if (!changes.every(isChange) || changes.length === 0) throw new KubectlError(`at least one ${field.slice(0, -1)} update is required`);
    const target = yield* session.target1(named);
    const values = Object.fromEntries(changes.map((word) => (word.includes('=') ? splitAt(word, '=') : [word.slice(0, -1), null])));
    yield* session.api.request('PATCH', target.path, { body: { metadata: { [field]: values } }, contentType: PATCH_TYPES['merge']! });
    yield* session.print(`${shownName(target.type, target.name)} ${done}`);
    return 0;
  };
}

/** `kubectl delete`: by name, by selector, or what files hold; waits until it is gone unless told not to. */
export function* remove(session: KubectlSession): Task<number> {
  const { flags } = session;
  let status = 0;
  for (const target of yield* condemned(session)) {
    try {
      yield* session.api.request('DELETE', target.path, {
        body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
      });
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      if (error.code === 404 && flags.isOn('ignore-not-found')) continue;
      status = 1;
      yield* session.context.writeError(`${error.message}\n`);
      continue;
    }
    const [kind = '', name = ''] = shownName(target.type, target.name).split('/');
    yield* session.print(`${kind} "${name}" deleted`);
    while (flags.get('wait') !== 'false' && (yield* session.api.find(target.path))) yield* session.context.process.sleep(500);
  }
  return status;
}

function* condemned(session: KubectlSession): Task<Target[]> {
  const { flags } = session;
  if (flags.all('filename').length > 0) {
    const targets: Target[] = [];
    for (const { object, file } of yield* readManifests(session)) {
      const type = yield* session.types.byKind(object.apiVersion, object.kind, file);
      targets.push(session.target(type, object.metadata.name, object.metadata.namespace ?? session.namespace));
    }
    return targets;
  }
  const { targets, types } = yield* session.targets(flags.operands);
  if (flags.get('selector') === undefined && !flags.isOn('all') && types.length > 0)
    throw new KubectlError('resource(s) were provided, but no name was specified');
  for (const type of types) targets.push(...(yield* session.selected(type)));
  return targets;
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
