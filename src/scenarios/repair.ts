import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { applyManifests } from '../kube/apply.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import { parseManifests } from '../kube/manifest.ts';
import { actOnRollout } from '../kube/rollout-actions.ts';
import { setImage } from '../kube/set-image.ts';
import { isSubset } from '../kube/is-subset.ts';
import type { LoadedScenario } from './load.ts';
import type { RepairStep } from './schema.ts';
import type { LoadedSolution } from './solutions.ts';
import { waitForMatch } from './wait-for-match.ts';

/** Carries a repair out on a cluster, or some steps of it. */
export async function carryOutRepair(
  { scenario }: LoadedScenario,
  { folder, shownFolder, solution }: LoadedSolution,
  session: ClusterSession,
  steps: readonly RepairStep[] = solution.spec.steps,
): Promise<void> {
  for (const step of steps) await carryOut(step, { folder, shownFolder, scenario, session });
}

interface RepairContext extends Pick<LoadedSolution, 'folder' | 'shownFolder'> {
  scenario: LoadedScenario['scenario'];
  session: ClusterSession;
}

async function carryOut(step: RepairStep, { folder, shownFolder, scenario, session }: RepairContext): Promise<void> {
  const { client } = session;
  const { namespace, production } = scenario.spec;
  if ('apply' in step) for (const file of step.apply) await applyFile(join(folder, file), `${shownFolder}/${file}`, namespace, session);
  else if ('release' in step) {
    await setImage(client, { namespace, name: production.rollout }, production.container, `${production.image}:${step.release}`);
  } else if ('rollout' in step) {
    const { name, action, toRevision } = step.rollout;
    await actOnRollout(client, { namespace, name }, action, toRevision === undefined ? {} : { toRevision });
  } else if ('patch' in step) {
    const { target, merge, subresource, as } = step.patch;
    await client.patch(
      target.resource,
      target.namespace,
      target.name,
      { type: 'merge', body: merge },
      { ...(subresource && { subresource }), ...(as && { as }) },
    );
  } else if ('delete' in step) {
    const { target, as } = step.delete;
    for (const name of await namesOf(target, client))
      await client.delete(target.resource, target.namespace, name, { propagationPolicy: 'Background', ...(as && { as }) });
  } else await waitForMatch(session, step.wait);
}

type RemovalTarget = Extract<RepairStep, { delete: unknown }>['delete']['target'];

/** The objects that a removal is about; rejects with ScenarioError when none is as it says. */
async function namesOf(target: RemovalTarget, client: KubeClient): Promise<string[]> {
  if ('name' in target) return [target.name];
  const { items } = await client.list(target.resource, target.namespace === undefined ? {} : { namespace: target.namespace });
  const names = items.filter((item) => isSubset(item, target.match)).map(({ metadata }) => metadata.name);
  if (names.length === 0) throw new ScenarioError(`there are no ${target.resource} like ${JSON.stringify(target.match)} to delete`);
  return names;
}

async function applyFile(path: string, name: string, namespace: string, session: ClusterSession): Promise<void> {
  const { problems } = await applyManifests(session.client, parseManifests(await readFile(path, 'utf8'), name), namespace);
  if (problems.length > 0) throw new ScenarioError(`the cluster refuses ${name}`, { problems });
}

const HEALTHY = JSON.stringify({ status: { phase: 'Healthy' } });

/** The command that does the same as a step. */
export function commandFor(step: RepairStep, folder: string): string {
  if ('apply' in step) return `lab apply ${step.apply.map((file) => `${folder}/${file}`).join(' ')}`;
  if ('release' in step) return `lab release ${step.release}`;
  if ('rollout' in step) {
    const { name, action, toRevision } = step.rollout;
    const verb = action === 'promote-full' ? `promote ${name} --full` : `${action} ${name}`;
    return `lab rollout ${verb}${toRevision === undefined ? '' : ` --to-revision ${toRevision}`}`;
  }
  if ('patch' in step)
    return `kubectl patch ${targetText(step.patch.target)} --type merge -p '${JSON.stringify(step.patch.merge)}'${flags(step.patch)}`;
  if ('delete' in step) return `kubectl delete ${removalText(step.delete.target)}${flags(step.delete)}`;
  const { resource, name, match, within } = step.wait;
  if (resource === 'rollouts.argoproj.io' && JSON.stringify(match) === HEALTHY) return `lab rollout status ${name} --timeout ${within}`;
  return `kubectl wait --for=jsonpath=${jsonPath(match)} ${targetText(step.wait)} --timeout ${within}`;
}

function removalText(target: RemovalTarget): string {
  if ('name' in target) return targetText(target);
  const { match, ...kind } = target;
  return `${targetText({ ...kind, name: 'NAME' })}   # the one with ${JSON.stringify(match)}`;
}

function targetText({ resource, namespace, name }: { resource: string; namespace?: string | undefined; name: string }): string {
  return `${resource} ${name}${namespace === undefined ? '' : ` --namespace ${namespace}`}`;
}

function flags({ subresource, as }: { subresource?: string | undefined; as?: string | undefined }): string {
  return `${subresource === undefined ? '' : ` --subresource ${subresource}`}${as === undefined ? '' : ` --as ${as}`}`;
}

/** The first field of a match, as `kubectl wait` takes it. */
function jsonPath(match: Record<string, unknown>): string {
  let value: unknown = match;
  let path = '';
  while (typeof value === 'object' && value !== null) {
    const [key, next] = Object.entries(value)[0] as [string, unknown];
    path += `.${key}`;
    value = next;
  }
  return `'{${path}}'=${String(value)}`;
}
