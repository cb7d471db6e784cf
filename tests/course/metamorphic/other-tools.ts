import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScenarioError } from '../../../src/errors.ts';
import type { ClusterSession } from '../../../src/kube/cluster-session.ts';
import { lastAppliedOf, withLastApplied } from '../../../src/kube/last-applied.ts';
import { parseManifests } from '../../../src/kube/manifest.ts';
import { groupResource } from '../../../src/kube/resources.ts';
import type { KubeObject } from '../../../src/kube/types/meta.ts';
import type { Rollout } from '../../../src/kube/types/rollouts.ts';
import type { ReplicaSet } from '../../../src/kube/types/workloads.ts';
import type { LoadedScenario } from '../../../src/scenarios/load.ts';
import { carryOutRepair } from '../../../src/scenarios/repair.ts';
import type { LoadedSolution } from '../../../src/scenarios/solutions.ts';
import { threeWayMergePatch } from '../../../src/system/three-way-merge.ts';
import type { Draft, DraftStep, Surroundings, Tool } from './draft.ts';
import { isFields, type Fields } from './walk.ts';

/** Chooses other tools for the steps that have some. */
export function takeOtherTools(draft: Draft, { random }: Surroundings): string[] {
  const said: string[] = [];
  draft.steps = draft.steps.map((step) => {
    const tool = random.oneOf(toolsFor(step));
    if (tool === 'lab') return step;
    said.push(`${Object.keys(step).find((key) => key !== 'why')!} ${tool === 'by hand' ? tool : `by ${tool}`}`);
    return { ...step, tool };
  });
  return said;
}

function toolsFor(step: DraftStep): Tool[] {
  if ('apply' in step) return ['lab', 'patch', 'edit', 'replace'];
  if ('release' in step) return ['lab', 'by hand'];
  return 'rollout' in step && step.rollout.action === 'undo' ? ['lab', 'by hand'] : ['lab'];
}

/** Carries steps out, each with its tool. */
export async function carryOutSteps(
  loaded: LoadedScenario,
  repair: LoadedSolution,
  steps: readonly DraftStep[],
  session: ClusterSession,
): Promise<void> {
  for (const { tool = 'lab', ...step } of steps) {
    if (tool === 'lab') await carryOutRepair(loaded, repair, session, [step]);
    else if ('apply' in step)
      for (const file of step.apply) await bringIn(await objectsIn(join(repair.folder, file)), tool, loaded, session);
    else if ('release' in step) await releaseByHand(step.release, loaded, session);
    else if ('rollout' in step) await undoByHand(step.rollout, loaded, session);
  }
}

async function objectsIn(path: string): Promise<KubeObject[]> {
  return parseManifests(await readFile(path, 'utf8'), path).map(({ object }) => object);
}

/**
 * Brings objects to what a file says without `apply`: by `kubectl patch` with the difference, by an edit, which puts the whole object,
 * or, what nothing but an analysis refers to, by `kubectl replace --force`.
 */
async function bringIn(objects: readonly KubeObject[], tool: Tool, loaded: LoadedScenario, { client }: ClusterSession): Promise<void> {
  for (const object of objects) {
    const named = await client.resourceOfKind(object.apiVersion, object.kind);
    if (!named) throw new ScenarioError(`no kind ${object.kind}`);
    const resource = groupResource(named);
    const namespace = named.isNamespaced ? (object.metadata.namespace ?? loaded.scenario.spec.namespace) : undefined;
    const { name } = object.metadata;
    const wanted = { ...object, metadata: { ...object.metadata, ...(namespace && { namespace }) } };
    const current = await client.get(resource, namespace, name);
    if (!current) {
      await client.create(resource, wanted);
      continue;
    }
    if (tool === 'replace' && object.kind === 'AnalysisTemplate') {
      await client.delete(resource, namespace, name);
      await client.create(resource, wanted);
      continue;
    }
    const body = threeWayMergePatch(lastAppliedOf(current), withLastApplied(wanted), current);
    if (tool === 'patch') await client.patch(resource, namespace, name, { type: 'merge', body });
    else await client.update(resource, merged(current, body) as KubeObject);
  }
}

/** An object with a merge patch in it, as RFC 7396 has it. */
function merged(value: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = merged(result[key], change);
  }
  return result;
}

const ROLLOUTS = 'rollouts.argoproj.io';

/** Edits the image in the Rollout, as `kubectl edit` does. */
async function releaseByHand(release: string, { scenario }: LoadedScenario, { client }: ClusterSession): Promise<void> {
  const { namespace, production } = scenario.spec;
  const rollout = structuredClone((await client.get<Rollout>(ROLLOUTS, namespace, production.rollout))!);
  for (const container of rollout.spec.template?.spec?.containers ?? [])
    if (container.name === production.container) container.image = `${production.image}:${release}`;
  await client.update(ROLLOUTS, rollout);
}

/** Copies the pod template of an earlier revision into the Rollout. */
async function undoByHand(
  { name, toRevision }: { name: string; toRevision?: number | undefined },
  { scenario }: LoadedScenario,
  { client }: ClusterSession,
): Promise<void> {
  const { namespace } = scenario.spec;
  const { items } = await client.list<ReplicaSet>('replicasets.apps', { namespace });
  const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.['rollout.argoproj.io/revision']);
  const own = items
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.kind === 'Rollout' && owner.name === name))
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  const earlier = toRevision === undefined ? own[1] : own.find((each) => revisionOf(each) === toRevision);
  if (!earlier) throw new ScenarioError(`${name} has no such revision to copy`);
  const template = structuredClone(earlier.spec.template);
  delete template.metadata?.labels?.['rollouts-pod-template-hash'];
  await client.patch(ROLLOUTS, namespace, name, { type: 'json', body: [{ op: 'replace', path: '/spec/template', value: template }] });
}
