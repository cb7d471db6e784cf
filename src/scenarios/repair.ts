import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { filesOf, findCommit } from '../apps/gitops/git-history.ts';
import { filesWithout, revertMessage } from '../apps/gitops/git-revert.ts';
import { ScenarioError } from '../errors.ts';
import { applyManifests } from '../kube/apply.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import type { GitRepository } from '../kube/git-repository-port.ts';
import { isSubset } from '../kube/is-subset.ts';
import { parseManifests } from '../kube/manifest.ts';
import { patchObject } from '../kube/patch-object.ts';
import { actOnRollout } from '../kube/rollout-actions.ts';
import { setImage } from '../kube/set-image.ts';
import type { LoadedScenario } from './load.ts';
import { repositoryOf } from './repository.ts';
import type { RepairStep } from './schema.ts';
import type { LoadedSolution } from './solutions.ts';
import { waitForMatch } from './wait-for-match.ts';

/** Carries a repair out on a cluster, or some steps of it. Commits go to the repository that is given, or to what the cluster keeps of it. */
export async function carryOutRepair(
  loaded: LoadedScenario,
  { folder, shownFolder, solution }: LoadedSolution,
  session: ClusterSession,
  steps: readonly RepairStep[] = solution.spec.steps,
  repository?: GitRepository,
): Promise<void> {
  const { scenario } = loaded;
  const branch = (): GitRepository => repository ?? repositoryOf(loaded, session.client);
  for (const step of steps) await carryOut(step, { folder, shownFolder, scenario, session, branch });
}

interface RepairContext extends Pick<LoadedSolution, 'folder' | 'shownFolder'> {
  scenario: LoadedScenario['scenario'];
  session: ClusterSession;
  branch(): GitRepository;
}

async function carryOut(step: RepairStep, context: RepairContext): Promise<void> {
  const { folder, shownFolder, scenario, session } = context;
  const { client } = session;
  const { namespace, production } = scenario.spec;
  if ('apply' in step) for (const file of step.apply) await applyFile(join(folder, file), `${shownFolder}/${file}`, namespace, session);
  else if ('release' in step) {
    await setImage(client, { namespace, name: production.rollout }, production.container, `${production.image}:${step.release}`);
  } else if ('rollout' in step) {
    const { name, action, toRevision } = step.rollout;
    await actOnRollout(client, { namespace, name }, action, toRevision === undefined ? {} : { toRevision });
  } else if ('patch' in step) await patchObject(client, step.patch);
  else if ('delete' in step) {
    const { target, as } = step.delete;
    for (const name of await namesOf(target, client))
      await client.delete(target.resource, target.namespace, name, { propagationPolicy: 'Background', ...(as && { as }) });
  } else if ('commit' in step) await commitFiles(step.commit, context);
  else if ('revert' in step) await revert(step.revert, context);
  else await waitForMatch(session, step.wait);
}

async function commitFiles(
  { message, files: added = [], remove = [] }: Extract<RepairStep, { commit: unknown }>['commit'],
  context: RepairContext,
): Promise<void> {
  const { folder, scenario } = context;
  const history = await context.branch().read();
  const files = filesOf(history, history.commits[0]);
  for (const file of added) files[basename(file)] = await readFile(join(folder, file), 'utf8');
  for (const name of remove) delete files[name];
  await context.branch().commit({ message, author: scenario.spec.repository!.author, files });
}

async function revert(message: string, context: RepairContext): Promise<void> {
  const { scenario } = context;
  const history = await context.branch().read();
  const commit = findCommit(history, message);
  if (!commit) throw new ScenarioError(`the repository has no commit "${message}"`);
  await context.branch().commit({
    message: revertMessage(commit),
    author: scenario.spec.repository!.author,
    files: filesWithout(history, commit),
  });
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
  if ('commit' in step) return commitText(step.commit, folder);
  if ('revert' in step) return `git revert --no-edit ':/^${step.revert}' && git push`;
  if ('delete' in step) return `kubectl delete ${removalText(step.delete.target)}${flags(step.delete)}`;
  const { resource, name, match, within } = step.wait;
  if (resource === 'rollouts.argoproj.io' && JSON.stringify(match) === HEALTHY) return `lab rollout status ${name} --timeout ${within}`;
  return `kubectl wait --for=jsonpath=${jsonPath(match)} ${targetText(step.wait)} --timeout ${within}`;
}

/** In the clone of the repository. */
function commitText({ message, files = [], remove = [] }: Extract<RepairStep, { commit: unknown }>['commit'], folder: string): string {
  const copied = files.length === 0 ? [] : [`cp ${files.map((file) => `${folder}/${file}`).join(' ')} .`, 'git add .'];
  const removed = remove.length === 0 ? [] : [`git rm ${remove.join(' ')}`];
  return [...copied, ...removed, `git commit --message '${message}'`, 'git push'].join(' && ');
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
    path += Array.isArray(value) ? `[${key}]` : `.${key}`;
    value = next;
  }
  return `'{${path}}'=${String(value)}`;
}
