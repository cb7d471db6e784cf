import type { ClusterObject } from '../../../grader/index.ts';
import type { KubeObject } from '../../../src/kube/types/meta.ts';
import { containersOf, jobPodsOf, metricsOf } from './job-pods.ts';
import { filesOf, type Draft, type DraftStep, type Surroundings } from './draft.ts';
import { isFields, listAt, mapValues, textsIn, type Fields } from './walk.ts';

/** Kinds whose planted object does no harm when a repair brings one of another name. */
const HARMLESS_WHEN_LEFT = ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'ConfigMap'];
const FREE_KINDS = [
  ...HARMLESS_WHEN_LEFT,
  'NetworkPolicy',
  'Role',
  'RoleBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'Task',
];
/** What a scenario says to people, where a name binds nobody. */
const PROSE = ['title', 'why', 'expected', 'says'];

/** Gives the objects that a repair brings other names, wherever the story leaves that free. */
export function renameObjects(draft: Draft, surroundings: Surroundings): string[] {
  const { random } = surroundings;
  const objects = objectsOf(draft);
  const names = [...new Set(objects.map(({ metadata }) => metadata.name))];
  return names.flatMap((name) => {
    if (!isFree(name, draft, surroundings)) return [];
    const other = `${random.oneOf(['our', 'shop', 'x'])}-${name}-${random.below(100)}`;
    replaceEverywhere(draft, name, other);
    return [`${name} is ${other}`];
  });
}

function isFree(name: string, draft: Draft, { loaded, planted }: Surroundings): boolean {
  const brought = objectsOf(draft);
  const own = brought.filter(({ metadata }) => metadata.name === name);
  if (!own.every(({ kind }) => FREE_KINDS.includes(kind))) return false;
  const namesakes = planted.filter(({ kind, metadata }) => metadata.name === name && !isPassing({ kind, metadata } as ClusterObject));
  if (namesakes.some(({ kind }) => !HARMLESS_WHEN_LEFT.includes(kind) || !own.some((object) => object.kind === kind))) return false;
  if (textsOfChecks(loaded.scenario.spec.checks).some((text) => mentions(text, name))) return false;
  const together = broughtTogether(draft, name);
  const stays = planted.filter(
    (object) => !isPassing(object) && !namesakes.includes(object) && !together.some((each) => isSame(each, object)),
  );
  return !stays.some((object) => textsIn(declared(object)).some((text) => mentions(text, name)));
}

/** What is brought in one go with an object of this name, so that nothing happens between the two. */
function broughtTogether(draft: Draft, name: string): KubeObject[] {
  const goes: string[][] = [[]];
  for (const step of draft.steps) {
    if ('apply' in step || 'commit' in step) goes.at(-1)!.push(...filesOf(step));
    else goes.push([]);
  }
  const objects = goes.map((files) => files.flatMap((file) => draft.files.get(file)!));
  return objects.find((go) => go.some(({ metadata }) => metadata.name === name)) ?? [];
}

/** Made by a controller, or a trace of something that is over. */
function isPassing({ kind, metadata }: ClusterObject): boolean {
  return (
    ['AnalysisRun', 'Event', 'Job', 'Pod', 'ReplicaSet', 'EndpointSlice', 'Endpoints'].includes(kind) ||
    (metadata.ownerReferences ?? []).length > 0
  );
}

function isSame(one: KubeObject, other: ClusterObject): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name;
}

/** An object without what the cluster notes of it. */
function declared(object: ClusterObject): unknown {
  const { status: _status, metadata: _metadata, ...rest } = object as ClusterObject & { status?: unknown };
  return rest;
}

function textsOfChecks(checks: unknown): string[] {
  const withoutProse = mapValues(checks, (value, path) => (PROSE.includes(path.at(-1) ?? '') ? undefined : value));
  return textsIn(withoutProse);
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name.replaceAll('.', '\\.')}(?![\\w-])`).test(text);
}

/** Where a text is the name, or has it in quotes, as the expressions of policies do. */
function replaceEverywhere(draft: Draft, name: string, other: string): void {
  const replaced = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    return value === name ? other : value.replaceAll(`'${name}'`, `'${other}'`).replaceAll(`"${name}"`, `"${other}"`);
  };
  for (const [file, objects] of draft.files) draft.files.set(file, mapValues(objects, replaced) as KubeObject[]);
  draft.steps = draft.steps.map((step) => ('patch' in step ? (mapValues(step, replaced) as DraftStep) : step));
}

/** Gives metrics, and the containers and volumes of their Jobs, other names. */
export function renameParts(draft: Draft, { loaded, random }: Surroundings): string[] {
  const bound = textsOfChecks(loaded.scenario.spec.checks);
  const isBound = (name: unknown): boolean => typeof name !== 'string' || bound.some((text) => mentions(text, name));
  const said: string[] = [];
  // Short ones: the name of a metric becomes part of the name of a Job, of which only 63 characters count.
  const another = (name: unknown): string => {
    const other = `${random.oneOf(['look', 'part', 'n'])}-${said.length}`;
    said.push(`${String(name)} is ${other}`);
    return other;
  };
  for (const object of objectsOf(draft)) {
    for (const metric of metricsOf(object)) {
      const before = String(metric['name']);
      if (isBound(before) || isMeantLoosely(draft, before)) continue;
      const other = another(before);
      metric['name'] = other;
      renameMetric(draft, before, other);
    }
    for (const pod of jobPodsOf(object)) {
      for (const container of containersOf(pod)) if (!isBound(container['name'])) container['name'] = another(container['name']);
      for (const volume of listAt(pod, 'volumes')) {
        const before = volume['name'];
        volume['name'] = another(before);
        for (const mount of containersOf(pod).flatMap((container) => listAt(container, 'volumeMounts')))
          if (isFields(mount) && mount['name'] === before) mount['name'] = volume['name'];
      }
    }
  }
  return said;
}

/** Where a trial run or a retention names a metric, in a template or in the Rollout; they do so by regular expressions. */
function renameMetric(draft: Draft, name: string, other: string): void {
  for (const entry of entriesAboutMetrics(objectsOf(draft))) {
    if (entry['metricName'] === name) entry['metricName'] = other;
    if (entry['metricName'] === `^${name}$`) entry['metricName'] = `^${other}$`;
  }
}

/** Whether an expression that stands for more than one name stands for this one, too. */
function isMeantLoosely(draft: Draft, name: string): boolean {
  const patterns = entriesAboutMetrics(objectsOf(draft)).map((entry) => String(entry['metricName']));
  return patterns.some((pattern) => ![name, `^${name}$`].includes(pattern) && new RegExp(pattern).test(name));
}

function entriesAboutMetrics(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.flatMap(entriesAboutMetrics);
  if (!isFields(value)) return [];
  return [...('metricName' in value ? [value] : []), ...Object.values(value).flatMap(entriesAboutMetrics)];
}

function objectsOf(draft: Draft): KubeObject[] {
  return [...draft.files.values()].flat();
}
