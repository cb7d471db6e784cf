import type { KubeObject } from '../../../src/kube/types/meta.ts';
import type { Draft, Surroundings } from './draft.ts';
import { isFields, mapValues } from './walk.ts';

/** Lists in which nothing comes first. */
const UNORDERED = [
  'volumes',
  'volumeMounts',
  'ports',
  'metrics',
  'templates',
  'verbs',
  'resources',
  'apiGroups',
  'resourceNames',
  'from',
  'to',
  'ingress',
  'egress',
  'policyTypes',
  'rules',
  'subjects',
  'operations',
  'params',
  'results',
  'workspaces',
  'tasks',
  'validations',
  'matchConditions',
];

/** The pod template of what serves customers: another order there is another release. */
function isReleased({ kind }: KubeObject, path: readonly string[]): boolean {
  return ['Rollout', 'Deployment'].includes(kind) && path[0] === 'spec' && path[1] === 'template';
}

/** Puts the keys of every object in another order. */
export function shuffleKeys(draft: Draft, { random }: Surroundings): string[] {
  const shuffled = (value: unknown): unknown => (isFields(value) ? Object.fromEntries(random.shuffled(Object.entries(value))) : value);
  for (const [file, objects] of draft.files) draft.files.set(file, mapValues(objects, shuffled) as KubeObject[]);
  return draft.files.size > 0 ? ['keys in another order'] : [];
}

/** Puts lists that carry no order in another one. */
export function shuffleLists(draft: Draft, { random }: Surroundings): string[] {
  const said: string[] = [];
  for (const [file, objects] of draft.files) {
    const changed = objects.map(
      (object) =>
        mapValues(object, (value, path) => {
          const isList = Array.isArray(value) && value.length > 1 && isUnordered(value, path);
          if (!isList || isReleased(object, path)) return value;
          said.push(`${path.join('.')} of ${object.metadata.name} in another order`);
          return random.shuffled(value as unknown[]);
        }) as KubeObject,
    );
    draft.files.set(file, changed);
  }
  return said;
}

/** Arguments of an analysis have names; those of a command have places. Variables that are made of others come after them. */
function isUnordered(list: readonly unknown[], path: readonly string[]): boolean {
  const key = path.at(-1) ?? '';
  if (key === 'args') return list.every(isFields);
  if (key === 'env') return !JSON.stringify(list).includes('$(');
  return UNORDERED.includes(key);
}

/** Puts the objects in each file in another order. */
export function shuffleDocuments(draft: Draft, { random }: Surroundings): string[] {
  const files = [...draft.files].filter(([, objects]) => objects.length > 1);
  for (const [file, objects] of files) draft.files.set(file, random.shuffled(objects));
  return files.map(([file]) => `objects of ${file} in another order`);
}

/** Names the files of a command in another order, or gives each a command of its own. */
export function shuffleFiles(draft: Draft, { random }: Surroundings): string[] {
  const said: string[] = [];
  draft.steps = draft.steps.flatMap((step) => {
    if (!('apply' in step) || step.apply.length < 2) return [step];
    const apply = random.shuffled(step.apply);
    const isSplit = random.below(2) === 0;
    said.push(`applied ${isSplit ? 'one by one' : 'at once'}: ${apply.join(', ')}`);
    return isSplit ? apply.map((file) => ({ ...step, apply: [file] })) : [{ ...step, apply }];
  });
  return said;
}
