import { isDeepStrictEqual } from 'node:util';
import { ClusterApi, RefusedError, type ClusterAnswer, type ClusterObject, type ClusterRequest } from './cluster-api.ts';
import { filesOf, subjectOf, type GitCommit, type GitHistory } from './git-history.ts';
import { sourceData, sourceHistory, sourceName } from './git-source.ts';
import { readManifests } from './manifests.ts';
import { pruneObject, reconcileObject } from './reconcile-object.ts';

/** What the agent needs of the place it runs in. */
export interface GitopsAgentOptions {
  /** The namespace whose Applications it sees to. */
  namespace: string;
  callApi(request: ClusterRequest): Promise<ClusterAnswer>;
  /** The branch of a repository; undefined when it is not there. */
  fetch(repository: string, branch: string): Promise<GitHistory | undefined>;
  nowMs(): number;
  /** Takes one message of the log. */
  log(message: string): void;
}

/** What an Application says: docs/gitops-agent.md. */
interface ApplicationSpec {
  source?: { repository?: string; branch?: string };
  syncPolicy?: { automated?: { prune?: boolean; selfHeal?: boolean } | null };
}

interface SyncedResource {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

interface ApplicationStatus {
  sync?: { status?: string; revision?: string; subject?: string; message?: string };
  summary?: { images?: string[] };
  /** What was last changed back because it was not as the repository says. */
  healed?: { at: string; what: string };
  history?: { revision: string; subject: string; at: string }[];
  resources?: SyncedResource[];
}

const APPLICATIONS = 'gitops.lab/v1/namespaces';
const SHOWN_ID_CHARACTERS = 12;
const REMEMBERED_SYNCS = 10;

/** Sees to it that the cluster is as repositories say. It keeps nothing in memory that matters: whoever takes over goes on. */
export class GitopsAgent {
  readonly #options: GitopsAgentOptions;
  readonly #api: ClusterApi;

  constructor(options: GitopsAgentOptions) {
    this.#options = options;
    this.#api = new ClusterApi((request) => options.callApi(request));
  }

  /** Compares every Application with its repository once, and does what its policy allows. Never rejects: what goes wrong is logged. */
  async sync(): Promise<void> {
    try {
      const path = `/apis/${APPLICATIONS}/${this.#options.namespace}/applications`;
      for (const application of await this.#api.list(path))
        await this.#syncApplication(application, `${path}/${application.metadata.name}`);
    } catch (error) {
      this.#options.log(`cannot look at the cluster: ${messageOf(error)}`);
    }
  }

  async #syncApplication(application: ClusterObject, path: string): Promise<void> {
    const before = (application['status'] ?? {}) as ApplicationStatus;
    let after: ApplicationStatus;
    try {
      after = await this.#bringInLine(application, before);
    } catch (error) {
      after = { ...before, sync: { ...before.sync, status: 'Unknown', message: messageOf(error) } };
    }
    if (isDeepStrictEqual(before, after)) return;
    if (before.sync?.message !== after.sync?.message && after.sync?.message) this.#options.log(after.sync.message);
    try {
      await this.#api.write('PATCH', `${path}/status`, { status: replacing(before, after) }, 'application/merge-patch+json');
    } catch (error) {
      this.#options.log(`cannot write the status of ${application.metadata.name}: ${messageOf(error)}`);
    }
  }

  async #bringInLine(application: ClusterObject, before: ApplicationStatus): Promise<ApplicationStatus> {
    const { source, syncPolicy } = (application['spec'] ?? {}) as ApplicationSpec;
    const history = await this.#source(application.metadata.name, source?.repository ?? '', source?.branch ?? 'main');
    const head = history?.commits[0];
    if (!history || !head) throw new Error(`the repository ${source?.repository ?? ''} has no branch ${source?.branch ?? 'main'}`);
    const revision = head.id.slice(0, SHOWN_ID_CHARACTERS);
    const isNew = before.sync?.revision !== revision || before.sync.status === undefined;
    const automated = syncPolicy?.automated ?? undefined;
    const { objects, problems } = readManifests(filesOf(history, head));
    if (problems.length > 0)
      return { ...before, sync: { ...syncOf(head, before, false), status: 'OutOfSync', message: problems.join('; ') } };
    const mayWrite = automated !== undefined && (isNew || before.sync?.message !== undefined || automated.selfHeal === true);
    const work = await this.#applyAll(objects, mayWrite);
    const resources = objects.map((object) => this.#resourceOf(object));
    const left = await this.#prune(before.resources ?? [], resources, mayWrite && automated?.prune === true);
    const isSynced = work.differing.length === 0 && work.refused.length === 0 && left.length === 0;
    if (mayWrite && isNew) this.#options.log(`synced to ${revision} "${subjectOf(head)}"`);
    const healed = isNew || work.changed.length === 0 ? before.healed : this.#noteHealed(work.changed);
    const message = work.refused[0];
    return {
      sync: { ...syncOf(head, before, mayWrite), status: isSynced ? 'Synced' : 'OutOfSync', ...(message !== undefined && { message }) },
      summary: { images: imagesOf(objects) },
      ...(healed && { healed }),
      history: mayWrite && isNew ? this.#withSync(before.history, head) : (before.history ?? []),
      resources: [...resources, ...left],
    };
  }

  /**
   * The branch as it is, kept in a ConfigMap for whoever has to do without the repository: a copy of the cluster goes on with what was
   * fetched last.
   */
  async #source(application: string, repository: string, branch: string): Promise<GitHistory | undefined> {
    const { namespace } = this.#options;
    const folder = `/api/v1/namespaces/${namespace}/configmaps`;
    const name = sourceName(application);
    const kept = await this.#api.get(`${folder}/${name}`);
    const keptData = kept?.['data'] as Record<string, string> | undefined;
    const fetched = await this.#options.fetch(repository, branch);
    if (!fetched) return sourceHistory(keptData);
    const data = sourceData(fetched);
    if (Object.entries(data).every(([key, text]) => keptData?.[key] === text)) return fetched;
    if (kept) await this.#api.write('PATCH', `${folder}/${name}`, { data }, 'application/merge-patch+json');
    else await this.#api.write('POST', folder, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });
    return fetched;
  }

  async #applyAll(objects: readonly ClusterObject[], mayWrite: boolean) {
    const changed: string[] = [];
    const differing: string[] = [];
    const refused: string[] = [];
    for (const object of objects) {
      const name = `${object.kind} ${object.metadata.name}`;
      try {
        const path = await this.#api.pathOf(object, this.#options.namespace);
        const outcome = await reconcileObject(this.#api, path, object, mayWrite);
        if (outcome === 'differs') differing.push(name);
        else if (outcome !== 'same') changed.push(name);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        // Why: somebody has written in between; the next look is ten seconds away.
        if (error.status === 409) differing.push(name);
        else refused.push(`${name}: ${error.message}`);
      }
    }
    return { changed, differing, refused };
  }

  /** Takes away what the repository had and has no longer; answers what is left of it. */
  async #prune(before: readonly SyncedResource[], now: readonly SyncedResource[], mayDelete: boolean): Promise<SyncedResource[]> {
    const gone = before.filter((resource) => !now.some((other) => isDeepStrictEqual(other, resource)));
    const left: SyncedResource[] = [];
    for (const resource of gone) {
      const { apiVersion, kind, name, namespace } = resource;
      const path = await this.#pathIfThere({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } });
      if (path === undefined) continue;
      if (mayDelete) {
        await pruneObject(this.#api, path);
        this.#options.log(`pruned ${kind} ${name}: the repository no longer has it`);
      } else if (await this.#api.get(path)) left.push(resource);
    }
    return left;
  }

  /** Undefined for a kind that the cluster does not have, or no longer. */
  async #pathIfThere(object: ClusterObject): Promise<string | undefined> {
    try {
      return await this.#api.pathOf(object, this.#options.namespace);
    } catch (error) {
      if (error instanceof RefusedError && error.status === 404) return undefined;
      throw error;
    }
  }

  #noteHealed(changed: readonly string[]): { at: string; what: string } {
    const what = changed.join(', ');
    this.#options.log(`healed ${what}: was not as the repository says`);
    return { at: this.#timestamp(), what };
  }

  #withSync(history: ApplicationStatus['history'] = [], head: GitCommit): NonNullable<ApplicationStatus['history']> {
    const entry = { revision: head.id.slice(0, SHOWN_ID_CHARACTERS), subject: subjectOf(head), at: this.#timestamp() };
    return [entry, ...history].slice(0, REMEMBERED_SYNCS);
  }

  #resourceOf({ apiVersion, kind, metadata }: ClusterObject): SyncedResource {
    return { apiVersion, kind, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }), name: metadata.name };
  }

  #timestamp(): string {
    return `${new Date(this.#options.nowMs()).toISOString().slice(0, 19)}Z`;
  }
}

/** The revision is the one that was applied; without that the branch has moved on and the cluster has not. */
function syncOf(head: GitCommit, before: ApplicationStatus, isApplied: boolean): NonNullable<ApplicationStatus['sync']> {
  const { revision, subject } = before.sync ?? {};
  if (isApplied) return { revision: head.id.slice(0, SHOWN_ID_CHARACTERS), subject: subjectOf(head) };
  return { ...(revision !== undefined && { revision }), ...(subject !== undefined && { subject }) };
}

/** A merge patch that leaves nothing of the old status. */
function replacing(before: object, after: object): object {
  const old = Object.entries(before) as [string, unknown][];
  const patch: Record<string, unknown> = { ...after };
  for (const [key, value] of old) {
    const next = (after as Record<string, unknown>)[key];
    if (next === undefined) patch[key] = null;
    else if (isPlain(value) && isPlain(next)) patch[key] = replacing(value, next);
  }
  return patch;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Images of the pod templates of what is declared. */
function imagesOf(objects: readonly ClusterObject[]): string[] {
  const images = objects.flatMap((object) => {
    const spec = object['spec'] as { template?: { spec?: { containers?: { image?: string }[] } } } | undefined;
    return (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => (image === undefined ? [] : [image]));
  });
  return [...new Set(images)].sort();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
