import type { Event, Pod } from '../../src/kube/types/core.ts';
import type { KubeObject } from '../../src/kube/types/meta.ts';
import type { PipelineRun, TaskRun } from '../../src/embedded/tekton/types.ts';
import type { Change } from '../rollout-world/followed-cluster.ts';

/** What became of a run, without what differs from run to run. */
export interface TektonHistory {
  /** Each PipelineRun and TaskRun as it is in the end, by `PipelineRun name`. */
  runs: Record<string, unknown>;
  /** What each of them said of itself, one after the other. */
  conditions: Record<string, string[]>;
  /** What was told of each of them, in order. */
  events: Record<string, string[]>;
  /** The pods that came to be, by name. */
  pods: Record<string, unknown>;
}

const LOST_RACE = 'Operation cannot be fulfilled on';

type Run = PipelineRun | TaskRun;

/**
 * Takes down what happens in a namespace. What may differ between two clusters, and between two runs on one, is taken out here and nowhere
 * else:
 * - times, uids, ids of containers and images, random ends of names: drawn or measured anew each time;
 * - how far a pod has come while a run is Pending: the controller looks now and then, and pods pass through more states than it sees;
 * - `provenance` and `artifacts`: which flags the controller was started with; not modelled, as docs/tekton.md says;
 * - the release in annotations, which the real manifest has from its release and a built one has not;
 * - what is told a second time: the controller does so when its cache has not yet heard of what it has written itself;
 * - that a write came too late and is tried again, which is a matter of luck;
 * - what a registry says that cannot be reached.
 */
export class TektonRecorder {
  readonly #runs = new Map<string, Run>();
  readonly #pods = new Map<string, Pod>();
  readonly #conditions = new Map<string, string[]>();
  readonly #events = new Map<string, { revision: number; text: string }[]>();

  observe({ type, object }: Change): void {
    if (object.kind === 'Event') {
      if (type !== 'DELETED') this.#noteEvent(object as Event);
      return;
    }
    if (type === 'DELETED') return;
    if (object.kind === 'Pod') this.#pods.set(object.metadata.name, object as Pod);
    else this.#noteRun(object as Run);
  }

  run(kind: string, name: string): Run | undefined {
    return this.#runs.get(`${kind} ${name}`);
  }

  /** Whether a TaskRun of the play runs the steps of its pod. */
  get isAnyTaskRunning(): boolean {
    return [...this.#runs.values()].some((run) => run.kind === 'TaskRun' && reasonOf(run) === 'Running');
  }

  /** Whether a run has ended, and everything that it has begun. */
  isOver({ kind, metadata }: KubeObject): boolean {
    const run = this.run(kind, metadata.name);
    return (
      run?.status?.completionTime !== undefined && [...this.#runs.values()].every(({ status }) => status?.completionTime !== undefined)
    );
  }

  history(): TektonHistory {
    const sorted = <T>(entries: Iterable<[string, T]>): Record<string, T> =>
      Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
    const events = [...this.#events].map(([key, lines]): [string, string[]] => {
      const texts = lines.sort((a, b) => a.revision - b.revision).map(({ text }) => text);
      return [key, withoutLaterPending(texts)];
    });
    return {
      runs: sorted([...this.#runs].map(([key, run]) => [key, describeRun(run)])),
      conditions: sorted(this.#conditions),
      events: sorted(events),
      pods: sorted([...this.#pods].map(([name, pod]) => [name, describePod(pod)])),
    };
  }

  #noteRun(run: Run): void {
    const key = `${run.kind} ${run.metadata.name}`;
    this.#runs.set(key, run);
    const condition = run.status?.conditions?.[0];
    if (!condition) return;
    const text = told(condition.status, condition.reason ?? '', condition.message ?? '');
    const lines = this.#conditions.get(key) ?? [];
    if (lines.at(-1) !== text) this.#conditions.set(key, [...lines, text]);
  }

  #noteEvent({ involvedObject, type, reason = '', message = '', metadata, count = 1 }: Event): void {
    if (count > 1 || message.startsWith(LOST_RACE)) return;
    if (involvedObject.kind !== 'PipelineRun' && involvedObject.kind !== 'TaskRun') return;
    const key = `${involvedObject.kind} ${involvedObject.name}`;
    const lines = this.#events.get(key) ?? [];
    lines.push({ revision: Number(metadata.resourceVersion), text: told(type ?? '', reason, message) });
    this.#events.set(key, lines);
  }
}

/** `Unknown Running: Not all Steps in the Task have finished executing`. */
function told(kind: string, reason: string, message: string): string {
  return reason === 'Pending' ? `${kind} Pending` : `${kind} ${reason}: ${withoutPullError(message)}`;
}

function withoutPullError(message: string): string {
  return message.replace(/(Back-off pulling image "[^"]*").*?("?\.?"?)$/s, '$1<why>');
}

/** That a run is Pending again is told anew only when its words are new, too, and those are what differs. */
function withoutLaterPending(lines: readonly string[]): string[] {
  return lines.filter((line, index) => line !== 'Normal Pending' || lines.indexOf(line) === index);
}

function reasonOf({ status }: Run): string | undefined {
  return status?.conditions?.[0]?.reason;
}

function describeRun({ metadata, spec, status }: Run): unknown {
  const { labels, annotations, ownerReferences } = metadata;
  const { 'pipeline.tekton.dev/release': _release, ...others } = annotations ?? {};
  return plain({ labels, ...(Object.keys(others).length > 0 && { annotations: others }), owners: ownerReferences, spec, status });
}

function describePod({ metadata, spec }: Pod): unknown {
  const step = ({ name, command, args, env, workingDir, volumeMounts }: Pod['spec']['containers'][number]): unknown => ({
    name,
    command,
    args,
    env,
    workingDir,
    mounts: volumeMounts
      ?.filter(({ mountPath }) => !mountPath.startsWith('/var/run/secrets'))
      .map(({ name: volume, mountPath, readOnly }) => `${volume} at ${mountPath}${readOnly ? ' read-only' : ''}`),
  });
  return plain({
    labels: metadata.labels,
    initContainers: spec.initContainers?.map(({ name }) => name),
    containers: spec.containers.map(step),
    volumes: spec.volumes?.map(({ name }) => name).filter((name) => !name.startsWith('kube-api-access')),
    activeDeadlineSeconds: spec.activeDeadlineSeconds,
    serviceAccountName: spec.serviceAccountName,
  });
}

const LEFT_OUT = new Set(['provenance', 'artifacts']);
const MEASURED: Record<string, string> = { imageID: '<image>', containerID: '<container>', uid: '<uid>' };

/** The value without what differs from run to run. */
function plain(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([name, each]) => !LEFT_OUT.has(name) && each !== undefined);
    return Object.fromEntries(entries.map(([name, each]) => [name, plain(each, name)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (typeof value !== 'string') return value;
  if (Object.hasOwn(MEASURED, key)) return MEASURED[key];
  return withoutPullError(value)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
    .replace(/\b(script-\d+|ws|tekton-creds-init-home(?:-\d+)?)-[a-z0-9]{5}\b/g, '$1-<random>');
}
