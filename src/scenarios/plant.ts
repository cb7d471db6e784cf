import { basename } from 'node:path';
import { Document } from 'yaml';
import { filesOf } from '../apps/gitops/git-history.ts';
import { ClusterError, ScenarioError } from '../errors.ts';
import { applyManifests } from '../kube/apply.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import { parseManifests } from '../kube/manifest.ts';
import { patchObject } from '../kube/patch-object.ts';
import { releaseInFiles } from '../kube/release-in-files.ts';
import { groupResource } from '../kube/resources.ts';
import { setImage } from '../kube/set-image.ts';
import type { KubeObject } from '../kube/types/meta.ts';
import { parseDuration } from '../system/duration.ts';
import type { LoadedScenario } from './load.ts';
import { objectsOf, readManifest, readPatch, textOf, textWithFault } from './manifests.ts';
import { mergeIntoDocument } from './merge-document.ts';
import { repositoryOf } from './repository.ts';
import type { Fault, PlantStep } from './schema.ts';
import { waitForMatch } from './wait-for-match.ts';

const CONFLICT_ATTEMPTS = 10;

/** What to plant; everything that the scenario has unless said otherwise. */
export interface PlantOptions {
  faults?: readonly Fault[];
  /** Hears of each step before it is carried out. */
  onStep?(text: string): void;
}

/**
 * Brings a scenario up on an empty cluster, from its base to the incident. Faults that no `plant` step names are in the base files from the
 * beginning. Rejects with ScenarioError when the cluster refuses what the scenario says, and with TimeoutError when a state is not reached.
 */
export async function plantScenario(loaded: LoadedScenario, session: ClusterSession, options: PlantOptions = {}): Promise<void> {
  const { spec } = loaded.scenario;
  const faults = options.faults ?? spec.faults;
  const plantedLater = new Set(spec.steps.flatMap((step) => ('plant' in step ? [step.plant] : [])));
  const inBase = faults.filter(({ id }) => !plantedLater.has(id));
  for (const step of spec.steps) {
    options.onStep?.(describe(step));
    await carryOut(step, { loaded, session, faults, inBase });
  }
}

interface PlantContext {
  loaded: LoadedScenario;
  session: ClusterSession;
  faults: readonly Fault[];
  inBase: readonly Fault[];
}

async function carryOut(step: PlantStep, context: PlantContext): Promise<void> {
  const { loaded, session, faults } = context;
  const { namespace } = loaded.scenario.spec;
  if ('apply' in step) for (const path of step.apply) await applyBase(path, context);
  else if ('wait' in step) await waitForMatch(session, step.wait);
  else if ('release' in step)
    await setImage(session.client, { namespace, name: step.release.rollout }, step.release.container, step.release.image);
  else if ('patch' in step) await patchObject(session.client, step.patch);
  else if ('commit' in step) await commit(step.commit, context);
  else if ('elapse' in step) await session.elapse(parseDuration(step.elapse)!);
  else {
    const fault = faults.find(({ id }) => id === step.plant);
    if (fault) await plantFault(loaded, session, fault);
  }
}

async function applyBase(path: string, { loaded, session, inBase }: PlantContext): Promise<void> {
  const manifest = await readManifest(loaded, path, inBase);
  if (!manifest) return;
  const file = `scenarios/${loaded.id}/${path}`;
  const { problems } = await applyManifests(session.client, parseManifests(textOf(manifest), file), loaded.scenario.spec.namespace);
  if (problems.length > 0) throw new ScenarioError(`the cluster refuses ${file}`, { problems });
}

type CommitStep = Extract<PlantStep, { commit: unknown }>['commit'];

async function commit(step: CommitStep, { loaded, session, inBase }: PlantContext): Promise<void> {
  const { author } = loaded.scenario.spec.repository!;
  const repository = repositoryOf(loaded, session.client);
  const history = await repository.read();
  const now = filesOf(history, history.commits[0]);
  await repository.commit({ message: step.message, author, files: await committed() });

  async function committed(): Promise<Record<string, string>> {
    if ('release' in step) return releaseInFiles(now, step.release);
    const files = { ...now };
    for (const path of step.files) {
      const manifest = await readManifest(loaded, path, inBase);
      if (manifest) files[basename(path)] = textOf(manifest);
    }
    return files;
  }
}

/** Commits a fault to the repository in which its file is. */
async function commitFault(loaded: LoadedScenario, session: ClusterSession, fault: Fault): Promise<void> {
  const { author } = loaded.scenario.spec.repository!;
  const repository = repositoryOf(loaded, session.client);
  const history = await repository.read();
  const files = filesOf(history, history.commits[0]);
  const name = basename(fault.target);
  const text = files[name];
  if (text === undefined) throw new ScenarioError(`fault "${fault.id}" of ${loaded.id}: the repository has no ${name}`);
  if (fault.patch === 'delete') delete files[name];
  else files[name] = await textWithFault(loaded, text, fault);
  await repository.commit({ message: fault.message ?? fault.title, author, files });
}

/** Changes the object that the fault's base file holds, as it is in the cluster by now, or what the repository says of it. */
export async function plantFault(loaded: LoadedScenario, session: ClusterSession, fault: Fault): Promise<void> {
  if (loaded.scenario.spec.repository?.files.includes(fault.target)) return commitFault(loaded, session, fault);
  for (const { apiVersion, kind, metadata } of await targetsOf(loaded, fault)) {
    const name = `${kind} ${metadata.name}`;
    const resource = await session.client.resourceOfKind(apiVersion, kind);
    if (!resource) throw new ScenarioError(`fault "${fault.id}" of ${loaded.id}: the cluster does not know the kind of ${name}`);
    if (fault.patch === 'delete') {
      await session.client.delete(groupResource(resource), metadata.namespace, metadata.name);
      continue;
    }
    const patch = await readPatch(loaded, fault);
    await withoutConflict(async () => {
      const current = await session.client.get(groupResource(resource), metadata.namespace, metadata.name);
      if (!current) throw new ScenarioError(`fault "${fault.id}" of ${loaded.id}: there is no ${name} to change`);
      await session.client.update(groupResource(resource), merged(current, patch));
    });
  }
}

/** Reads and writes again when somebody else, such as a controller, has written in between. */
async function withoutConflict(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await write();
      return;
    } catch (error) {
      if (!(error instanceof ClusterError) || error.reason !== 'Conflict' || attempt === CONFLICT_ATTEMPTS) throw error;
    }
  }
}

/** The objects of a fault's base file that it is about: the one that its patch names, or all. */
async function targetsOf(loaded: LoadedScenario, fault: Fault): Promise<KubeObject[]> {
  const manifest = await readManifest(loaded, fault.target, []);
  const objects = objectsOf(manifest!);
  if (objects.length === 1 || fault.patch === 'delete') return objects;
  const patch = (await readPatch(loaded, fault)) as Partial<KubeObject>;
  return objects.filter(({ kind, metadata }) => kind === patch.kind && metadata.name === patch.metadata?.name);
}

function merged(object: KubeObject, patch: unknown): KubeObject {
  const document = new Document(object);
  mergeIntoDocument(document, patch);
  return document.toJS() as KubeObject;
}

function describe(step: PlantStep): string {
  if ('apply' in step) return 'loading the scenario';
  if ('wait' in step) return `waiting until ${step.wait.name} is as the scenario needs it`;
  if ('commit' in step) return `committing "${step.commit.message}"`;
  if ('release' in step) return `releasing ${step.release.image}`;
  if ('elapse' in step) return `letting ${step.elapse} pass`;
  return 'planting the incident';
}
