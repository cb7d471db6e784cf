import type { EventPattern } from '../check-spec.ts';
import type { ClusterObject, JournalEntry } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';
import { show } from '../match.ts';
import { analysisEnds, isRealSuccess } from './analysis-ends.ts';
import { occurrenceOf, type Occurrence } from './occurrence.ts';
import { POD_TEMPLATE_HASH, type KnownReplicaSet, type ReplicaSets } from './replica-sets.ts';

/** What events are looked for in. */
export interface History {
  sinceMs: number;
  /** Oldest first. */
  entries: readonly JournalEntry[];
  replicaSets: ReplicaSets;
}

/** Every time the event happened, oldest first. */
export function findOccurrences(pattern: EventPattern, history: History): Occurrence[] {
  return finderOf(pattern, history).filter(({ program }) => isBy(program, pattern.by));
}

/** What happened of the same kind, whoever did it: other switches of the Service, other phases of the Rollout, other ends of its AnalysisRuns. */
export function findSimilar({ switch: change, phase, analysis }: EventPattern, history: History): Occurrence[] {
  if (change) return findSwitches({ service: change.service, namespace: change.namespace }, history);
  if (phase) return findPhases({ ...phase, is: undefined }, history);
  if (analysis) return findAnalysisEnds({ ...analysis, ended: undefined }, history);
  return [];
}

function finderOf(pattern: EventPattern, history: History): Occurrence[] {
  if (pattern.switch) return findSwitches(pattern.switch, history);
  if (pattern.noEndpoints) return findEndpointGaps(pattern.noEndpoints, history);
  if (pattern.write) return findWrites(pattern.write, history);
  if (pattern.phase) return findPhases(pattern.phase, history);
  if (pattern.analysis) return findAnalysisEnds(pattern.analysis, history);
  return [];
}

function isBy(program: string, by: string[] | undefined): boolean {
  if (!by) return true;
  const excluded = by.filter((name) => name.startsWith('!')).map((name) => name.slice(1));
  const included = by.filter((name) => !name.startsWith('!'));
  return !excluded.includes(program) && (included.length === 0 || included.includes(program));
}

function findSwitches(wanted: NonNullable<EventPattern['switch']>, { entries, replicaSets, sinceMs }: History): Occurrence[] {
  return entries.filter(isOf('services', wanted.namespace, wanted.service)).flatMap((entry) => {
    const from = selectedHash(entry.before);
    const to = selectedHash(entry.after);
    if (to === undefined || from === to) return [];
    const replicaSet = replicaSets.find(wanted.namespace, to, entry.atMs);
    if (wanted.toImage && !replicaSet?.images.some((image) => wanted.toImage!.includes(image))) return [];
    if (wanted.toEarlierRevision !== undefined && isEarlier(replicaSet, sinceMs) !== wanted.toEarlierRevision) return [];
    return [
      occurrenceOf(entry, `selects ${to} (${replicaSet?.images.join(', ') ?? 'no known ReplicaSet'}) instead of ${from ?? 'nothing'}`),
    ];
  });
}

/** Whether a ReplicaSet was there when the scenario was planted. Creation timestamps alone do not tell: they count whole seconds. */
function isEarlier(replicaSet: KnownReplicaSet | undefined, sinceMs: number): boolean {
  return replicaSet !== undefined && replicaSet.seenCreatedMs === undefined && replicaSet.createdMs < sinceMs;
}

function selectedHash(service: ClusterObject | undefined): string | undefined {
  const selector = readPath(service, 'spec.selector');
  return typeof selector === 'object' && selector !== null ? (selector as Record<string, string>)[POD_TEMPLATE_HASH] : undefined;
}

const SERVICE_NAME = 'kubernetes.io/service-name';

/** A Service may have several EndpointSlices; it is without endpoints when the last ready one of all of them goes. */
function findEndpointGaps({ service, namespace }: { service: string; namespace: string }, { entries }: History): Occurrence[] {
  const readyBySlice = new Map<string, number>();
  return entries
    .filter((entry) => entry.resource === 'endpointslices.discovery.k8s.io' && isSliceOf(entry, namespace, service))
    .flatMap((entry) => {
      if (entry.before && !readyBySlice.has(entry.name)) readyBySlice.set(entry.name, countReady(entry.before));
      const hadReady = sum(readyBySlice) > 0;
      readyBySlice.set(entry.name, countReady(entry.after));
      return hadReady && sum(readyBySlice) === 0 ? [occurrenceOf(entry, 'no ready endpoint is left')] : [];
    });
}

function isSliceOf(entry: JournalEntry, namespace: string, service: string): boolean {
  return entry.namespace === namespace && (entry.after ?? entry.before)?.metadata.labels?.[SERVICE_NAME] === service;
}

function countReady(slice: ClusterObject | undefined): number {
  const endpoints = readPath(slice, 'endpoints');
  return Array.isArray(endpoints) ? endpoints.filter((endpoint) => readPath(endpoint, 'conditions.ready') !== false).length : 0;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function findWrites(wanted: NonNullable<EventPattern['write']>, { entries }: History): Occurrence[] {
  return entries.flatMap((entry) => {
    if (entry.resource !== wanted.resource) return [];
    if (wanted.namespace !== undefined && entry.namespace !== wanted.namespace) return [];
    if (wanted.name !== undefined && entry.name !== wanted.name) return [];
    if (wanted.verbs && !wanted.verbs.includes(entry.verb)) return [];
    const changes = (wanted.changes ?? []).filter((path) => isChanged(readPath(entry.before, path), readPath(entry.after, path)));
    if (wanted.changes && changes.length === 0) return [];
    const texts = changes.map((path) => `${path} became ${show(readPath(entry.after, path))}`);
    return [occurrenceOf(entry, texts.join('; ') || entry.verb)];
  });
}

/** Why: not by what is shown of them, which is cut where it gets long. */
function isChanged(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

/** The same with any value where none is named. */
type Loose<Pattern, Key extends keyof Pattern> = Omit<Pattern, Key> & { [K in Key]: Pattern[K] | undefined };

function findPhases({ rollout, namespace, is }: Loose<NonNullable<EventPattern['phase']>, 'is'>, { entries }: History): Occurrence[] {
  return entries.filter(isOf('rollouts.argoproj.io', namespace, rollout)).flatMap((entry) => {
    const phase = readText(entry.after, 'status.phase');
    if (phase === undefined || phase === readText(entry.before, 'status.phase') || is?.includes(phase) === false) return [];
    return [occurrenceOf(entry, `became ${phase}: ${readText(entry.after, 'status.message') ?? ''}`)];
  });
}

/** A run that was cut short, or measured nothing, is Successful as well; nobody who waits for a success means that one. */
function findAnalysisEnds(
  { rollout, namespace, ended }: Loose<NonNullable<EventPattern['analysis']>, 'ended'>,
  { entries }: History,
): Occurrence[] {
  return analysisEnds(rollout, entries).flatMap((entry) => {
    const phase = readText(entry.after, 'status.phase') ?? 'without a phase';
    if (entry.namespace !== namespace || ended?.includes(phase) === false) return [];
    const isEmpty = phase === 'Successful' && !isRealSuccess(entry.after!);
    if (isEmpty && ended) return [];
    return [occurrenceOf(entry, `ended ${phase}${isEmpty ? ', cut short or without a measurement that counts' : ''}`)];
  });
}

function isOf(resource: string, namespace: string, name: string): (entry: JournalEntry) => boolean {
  return (entry) => entry.resource === resource && entry.namespace === namespace && entry.name === name;
}
