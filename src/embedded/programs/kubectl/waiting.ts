import type { Condition, KubeObject } from '../../../kube/types/meta.ts';
import { compileJsonPath } from '../../http/table/json-path.ts';
import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { parseGoDuration } from '../nuclei/go-text.ts';
import { KubectlError, ServerRefusal } from './kubectl-error.ts';
import { shownName } from './resource-types.ts';
import type { KubectlSession, Target } from './session.ts';

const LOOK_EVERY_MS = 500;
const DEFAULT_WAIT = '30s';
/** What a negative `--timeout` stands for. */
const LONGEST_WAIT_MS = 604_800_000;

type Workload = KubeObject & {
  spec?: { replicas?: number };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    conditions?: Condition[];
  };
};

/** `kubectl rollout status deployment/NAME`, and `rollout restart`. */
export function* rollout(session: KubectlSession): Task<number> {
  const [verb, ...words] = session.flags.operands;
  const target = yield* session.target1(words);
  if (target.type.kind !== 'Deployment' || (verb !== 'status' && verb !== 'restart'))
    throw new CannotSimulate(`kubectl rollout ${verb ?? ''} ${target.type.singular} is not modelled in pods of the embedded cluster`);
  return verb === 'restart' ? yield* restart(session, target) : yield* rolloutStatus(session, target);
}

function* restart(session: KubectlSession, target: Target): Task<number> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(session.now()).toISOString().replace(/\.\d+Z$/, 'Z') };
  const body = { spec: { template: { metadata: { annotations } } } };
  yield* session.api.request('PATCH', target.path, { body, contentType: 'application/strategic-merge-patch+json' });
  yield* session.print(`${shownName(target.type, target.name)} restarted`);
  return 0;
}

function* rolloutStatus(session: KubectlSession, target: Target): Task<number> {
  const timeoutMs = timeoutOf(session, '0s');
  // Why: here no time means without end.
  const deadlineMs = timeoutMs <= 0 ? Infinity : session.now() + timeoutMs;
  let last = '';
  for (;;) {
    const deployment = yield* session.api.request<Workload>('GET', target.path);
    const { message, isDone } = describeRollout(deployment);
    if (message !== last) yield* session.print(message);
    last = message;
    if (isDone) return 0;
    if (session.now() >= deadlineMs) throw new KubectlError('timed out waiting for the condition');
    yield* session.context.process.sleep(LOOK_EVERY_MS);
  }
}

/** Models kubectl polymorphichelpers rollout_status.go. */
function describeRollout({ metadata, spec, status = {} }: Workload): { message: string; isDone: boolean } {
  const { name } = metadata;
  const waiting = (why: string): { message: string; isDone: boolean } => ({
    message: `Waiting for deployment "${name}" rollout to finish: ${why}...`,
    isDone: false,
  });
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0))
    return { message: 'Waiting for deployment spec update to be observed...', isDone: false };
  const progress = status.conditions?.find(({ type }) => type === 'Progressing');
  if (progress?.reason === 'ProgressDeadlineExceeded') throw new KubectlError(`deployment "${name}" exceeded its progress deadline`);
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wanted = spec?.replicas ?? 1;
  if (updatedReplicas < wanted) return waiting(`${updatedReplicas} out of ${wanted} new replicas have been updated`);
  if (replicas > updatedReplicas) return waiting(`${replicas - updatedReplicas} old replicas are pending termination`);
  if (availableReplicas < updatedReplicas) return waiting(`${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  return { message: `deployment "${name}" successfully rolled out`, isDone: true };
}

/** `kubectl wait --for=… TYPE/NAME`. */
export function* wait(session: KubectlSession): Task<number> {
  const { flags } = session;
  const goal = flags.get('for');
  if (goal === undefined) throw new KubectlError('condition, jsonpath or delete is needed in --for');
  const timeoutMs = timeoutOf(session, DEFAULT_WAIT);
  const deadlineMs = session.now() + (timeoutMs < 0 ? LONGEST_WAIT_MS : timeoutMs);
  const targets = yield* awaited(session, goal);
  if (targets.length === 0 && goal !== 'delete') throw new KubectlError('no matching resources found');
  for (const target of targets) yield* waitForGoal(session, target, goal, { deadlineMs, looksOnce: timeoutMs === 0 });
  return 0;
}

/** Where the goal is that they are gone, those that are not there to begin with are passed over in silence. */
function* awaited(session: KubectlSession, goal: string): Task<Target[]> {
  const { targets: named, types } = yield* session.targets(session.flags.operands);
  const targets: Target[] = [];
  for (const target of named) if (goal !== 'delete' || (yield* session.api.find(target.path))) targets.push(target);
  for (const type of types) targets.push(...(yield* session.selected(type)));
  return targets;
}

function* waitForGoal(
  session: KubectlSession,
  { type, name, path }: Target,
  goal: string,
  { deadlineMs, looksOnce }: { deadlineMs: number; looksOnce: boolean },
): Task<void> {
  for (;;) {
    const object = yield* session.api.find<KubeObject>(path);
    if (!object && goal !== 'delete')
      throw new ServerRefusal(404, 'NotFound', `${type.plural}${type.group ? `.${type.group}` : ''} "${name}" not found`);
    if (!object || (goal !== 'delete' && isReached(object, goal))) {
      yield* session.print(`${shownName(type, name)} condition met`);
      return;
    }
    if (looksOnce) throw new KubectlError(`condition not met for ${type.plural}/${name}`);
    if (session.now() >= deadlineMs) throw new KubectlError(`timed out waiting for the condition on ${type.plural}/${name}`);
    yield* session.context.process.sleep(LOOK_EVERY_MS);
  }
}

function isReached(object: KubeObject, goal: string): boolean {
  const [, type, status = 'True'] = /^condition=([^=]+)(?:=(.*))?$/.exec(goal) ?? [];
  if (type !== undefined) {
    const { conditions = [] } = (object['status'] ?? {}) as { conditions?: Condition[] };
    const found = conditions.find((condition) => condition.type.toLowerCase() === type.toLowerCase());
    return found?.status.toLowerCase() === status.toLowerCase();
  }
  const [, path, value] = /^jsonpath='?\{?(.*?)\}?'?(?:=(.*))?$/s.exec(goal) ?? [];
  if (path === undefined) throw new KubectlError(`unrecognized condition: "${goal}"`);
  const found = compileJsonPath(path)(object);
  return value === undefined ? found.length > 0 : found.some((item) => String(item) === value.replace(/^(['"])(.*)\1$/s, '$2'));
}

function timeoutOf(session: KubectlSession, fallback: string): number {
  const text = session.flags.get('timeout') ?? fallback;
  const ms = parseGoDuration(text);
  if (ms === undefined) throw new KubectlError(`invalid argument "${text}" for "--timeout" flag: time: invalid duration "${text}"`);
  return ms;
}
