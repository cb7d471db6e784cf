import type { Rollout, AnalysisRun, Experiment } from '../../src/kube/types/rollouts.ts';
import type { ReplicaSet } from '../../src/kube/types/workloads.ts';
import type { Service } from '../../src/kube/types/core.ts';
import { controllerOf, type KubeObject } from '../../src/kube/types/meta.ts';
import { describeAnalysisRun } from './describe-analysis-run.ts';
import { describeExperiment, describeExperimentEvent } from './describe-experiment.ts';
import { describeRollout } from './describe-rollout.ts';
import { Names } from './names.ts';
import type { Change } from './followed-cluster.ts';

/** What happened in a namespace, without what differs from run to run. */
export interface History {
  /** Events in the order in which they were sent: `Normal RolloutUpdated Rollout updated to revision 1`. */
  events: string[];
  /** What the Rollout controller wrote, in order; and what was changed in the Rollout's spec, since that is what it answers to. */
  writes: string[];
  /** The life of each AnalysisRun, with its Jobs. */
  analysisRuns: Record<string, string[]>;
  /** The life of each Experiment, with its ReplicaSets and AnalysisRuns, and in no order what was told of it; absent where there was none. */
  experiments?: Record<string, string[]>;
}

export interface EventObject extends KubeObject {
  involvedObject: { kind: string; name: string };
  reason: string;
  message: string;
  type: string;
  count?: number;
  source?: { component?: string };
}

const HASH = 'rollouts-pod-template-hash';
const DEADLINE = 'scale-down-deadline';
const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';
const ANNOTATIONS = ['rollout.argoproj.io/revision', 'rollout.argoproj.io/desired-replicas', 'rollout.argoproj.io/revision-history'];

/** A line, and what part of the history it belongs to. */
interface StreamedText {
  stream: 'events' | 'writes' | { run: string } | { experiment: string } | { toldOf: string };
  text: () => string;
}

interface Line {
  revision: number;
  text: () => string;
}

/** Takes down the changes of a namespace. */
export class HistoryRecorder {
  readonly names = new Names();
  readonly #latest = new Map<string, KubeObject>();
  readonly #writes: Line[] = [];
  readonly #events: Line[] = [];
  readonly #runs = new Map<string, Line[]>();
  readonly #experiments = new Map<string, Line[]>();
  readonly #experimentEvents = new Map<string, Line[]>();
  /** Every object that there is, by resource. */
  readonly #present = new Map<string, Map<string, KubeObject>>();

  observe({ type, resource, object }: Change): void {
    const { name, uid = '' } = object.metadata;
    const present = this.#present.get(resource) ?? new Map<string, KubeObject>();
    this.#present.set(resource, present);
    if (type === 'DELETED') present.delete(name);
    else present.set(name, object);
    this.names.learn(object);
    const previous = this.#latest.get(uid);
    this.#latest.set(uid, object);
    for (const text of this.#lines(type, previous, object)) this.#note(object, text);
  }

  /** Leaves out of the history what was there before. */
  begin(): void {
    for (const lines of [this.#writes, this.#events]) lines.length = 0;
    this.#runs.clear();
    this.#experiments.clear();
    this.#experimentEvents.clear();
  }

  objects<T extends KubeObject>(resource: string): T[] {
    return [...(this.#present.get(resource)?.values() ?? [])] as T[];
  }

  history(): History {
    const text = (lines: Line[]): string[] => lines.sort((a, b) => a.revision - b.revision).map((line) => this.names.plain(line.text()));
    const lives = (byName: ReadonlyMap<string, Line[]>): Record<string, string[]> =>
      Object.fromEntries(
        [...byName].map(([name, lines]) => [this.names.plain(name), text(lines)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    return {
      events: text(this.#events),
      writes: text(this.#writes),
      analysisRuns: lives(this.#runs),
      ...(this.#experiments.size > 0 && { experiments: withEvents(lives(this.#experiments), lives(this.#experimentEvents)) }),
    };
  }

  #note(object: KubeObject, { stream, text }: StreamedText): void {
    const line = { revision: Number(object.metadata.resourceVersion), text };
    if (stream === 'events') this.#events.push(line);
    else if (stream === 'writes') this.#writes.push(line);
    else if ('run' in stream) addTo(this.#runs, stream.run, line);
    else if ('experiment' in stream) addTo(this.#experiments, stream.experiment, line);
    else addTo(this.#experimentEvents, stream.toldOf, line);
  }

  #lines(type: Change['type'], previous: KubeObject | undefined, object: KubeObject): StreamedText[] {
    const owner = controllerOf(object);
    const stream = owner?.kind === 'Experiment' ? { experiment: owner.name } : ('writes' as const);
    const write = (texts: readonly string[]): StreamedText[] => texts.map((text) => ({ stream, text: () => text }));
    switch (object.kind) {
      case 'Event':
        return type === 'DELETED' ? [] : tellEvent(object as EventObject);
      case 'Rollout':
        if (type === 'DELETED') return write(['Rollout deleted']);
        return describeRollout(previous as Rollout | undefined, object as Rollout).map((text) => ({ stream: 'writes', text: () => text }));
      case 'ReplicaSet':
        return write(
          type === 'DELETED'
            ? [`${object.metadata.name} deleted`]
            : describeReplicaSet(previous as ReplicaSet | undefined, object as ReplicaSet),
        );
      case 'Service':
        return type === 'DELETED' ? [] : write(describeService(previous as Service | undefined, object as Service));
      case 'AnalysisRun': {
        const { name } = object.metadata;
        if (type === 'DELETED') return write([`AnalysisRun ${name} deleted`]);
        const run = describeAnalysisRun(previous as AnalysisRun | undefined, object as AnalysisRun);
        return [...write(run.byRollout), ...run.byAnalysis.map((text) => ({ stream: { run: name }, text: () => text }))];
      }
      case 'Experiment': {
        const { name } = object.metadata;
        if (type === 'DELETED') return write([`Experiment ${name} deleted`]);
        const experiment = describeExperiment(previous as Experiment | undefined, object as Experiment);
        const life = experiment.byExperiment.map((text) => ({ stream: { experiment: name }, text: () => text }));
        return [...write(experiment.byRollout), ...life];
      }
      case 'Job': {
        const run = object.metadata.annotations?.['analysisrun.argoproj.io/name'];
        if (run === undefined || previous || type === 'DELETED') return [];
        return [{ stream: { run }, text: () => `Job ${object.metadata.name} created` }];
      }
      default:
        return [];
    }
  }
}

function addTo(lines: Map<string, Line[]>, name: string, line: Line): void {
  lines.set(name, [...(lines.get(name) ?? []), line]);
}

/** Why in no order: which pods are ready first, and what other controllers do meanwhile, is not up to the experiment. */
function withEvents(lives: Record<string, string[]>, events: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(lives).map(([name, life]) => [name, [...life, ...(events[name] ?? []).sort()]]));
}

function tellEvent(event: EventObject): StreamedText[] {
  const { kind, name } = event.involvedObject;
  if (isAboutExperiment(event)) {
    const stream = kind === 'Experiment' ? { toldOf: name } : ('events' as const);
    return describeExperimentEvent(event).map((text) => ({ stream, text: () => text }));
  }
  return describeEvent(event).map((text) => ({ stream: 'events', text: () => text }));
}

/** What is told of an analysis of an experiment is told of its Rollout too. */
function isAboutExperiment({ involvedObject, message }: EventObject): boolean {
  return involvedObject.kind === 'Experiment' || (involvedObject.kind === 'Rollout' && /^AnalysisRun '.*' transitioned from/.test(message));
}

function describeEvent({ involvedObject, reason, message, type, source, count = 1 }: EventObject): string[] {
  if (source?.component !== 'rollouts-controller') return [];
  // Why: the analysis controller may say a thing twice, when its cache had not yet heard of what it had written.
  if (involvedObject.kind === 'AnalysisRun' && count > 1) return [];
  const about = involvedObject.kind === 'Rollout' ? '' : `${involvedObject.kind} `;
  return [`${about}${type === 'Warning' ? 'Warning ' : ''}${reason}: ${message}${count > 1 ? ` (x${count})` : ''}`];
}

function describeReplicaSet(previous: ReplicaSet | undefined, { metadata, spec }: ReplicaSet): string[] {
  const lines: string[] = [];
  const { name, annotations = {} } = metadata;
  if (!previous) lines.push(`${name} created with ${spec.replicas}`);
  else if (previous.spec.replicas !== spec.replicas) lines.push(`${name} scaled from ${previous.spec.replicas} to ${spec.replicas}`);
  const before = previous?.metadata.annotations ?? {};
  for (const key of ANNOTATIONS) {
    if (annotations[key] !== before[key]) lines.push(`${name} ${key.replace(/^.*\//, '')} ${annotations[key] ?? 'removed'}`);
  }
  if (annotations[DEADLINE] !== before[DEADLINE]) {
    const verb = annotations[DEADLINE] === undefined ? 'removed' : before[DEADLINE] === undefined ? 'set' : 'moved';
    lines.push(`${name} scale-down-deadline ${verb}`);
  }
  return lines;
}

function describeService(previous: Service | undefined, { metadata, spec }: Service): string[] {
  const lines: string[] = [];
  const selected = spec.selector?.[HASH] ?? '';
  const before = previous?.spec.selector?.[HASH] ?? '';
  if (selected !== before) lines.push(`Service ${metadata.name} from '${before}' to '${selected}'`);
  const manager = metadata.annotations?.[MANAGED_BY];
  if (manager !== previous?.metadata.annotations?.[MANAGED_BY]) lines.push(`Service ${metadata.name} managed by '${manager ?? ''}'`);
  return lines;
}
