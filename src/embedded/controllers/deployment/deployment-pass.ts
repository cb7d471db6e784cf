import type { Deployment, ReplicaSet } from '../../../kube/types/workloads.ts';
import type { Clock } from '../../../system/clock.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { ApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import type { EventSink } from '../event-recorder.ts';
import { controllerReference } from '../ownership.ts';
import { podTemplateHash } from '../pod-template-hash.ts';
import { conditionOf } from '../pod-state.ts';
import { wantedReplicas } from '../replica-set/replica-set-status.ts';
import { ProgressReason, withCondition, type ConditionDraft, type DeploymentStatus } from './deployment-conditions.ts';
import { desiredReplicas, progressDeadlineSeconds, revisionHistoryLimit } from './deployment-spec.ts';
import { byCreation, equalTemplates, familyOf, POD_TEMPLATE_HASH, type ReplicaSetFamily } from './replica-set-family.ts';
import { currentAnnotations, nextRevision, REVISION, revisionOf, sizeAnnotations } from './revision.ts';
import { replicasForCurrent } from './rolling-sizes.ts';

const RESOURCE = 'deployments.apps';
const REPLICA_SETS = 'replicasets.apps';
const MAX_NAME_CHARACTERS = 253;

/** What a pass over a Deployment works with. */
export interface DeploymentTools {
  api: ApiClient;
  clock: Clock;
  events: EventSink;
}

/**
 * One pass over a Deployment: its state and that of its replica sets, and the writes that a pass consists of. As in the real
 * controller the Deployment keeps the resourceVersion it was read with, so only one write of its status succeeds per pass:
 * the next one is refused (409), and the pass begins anew.
 */
export class DeploymentPass {
  readonly #tools: DeploymentTools;
  #deployment: Deployment;
  #owned: ReplicaSet[];

  constructor(tools: DeploymentTools, deployment: Deployment, owned: readonly ReplicaSet[]) {
    this.#tools = tools;
    this.#deployment = deployment;
    this.#owned = [...owned];
  }

  get deployment(): Deployment {
    return this.#deployment;
  }

  get nowMs(): number {
    return this.#tools.clock.now();
  }

  get family(): ReplicaSetFamily {
    return familyOf(this.#deployment, this.#owned);
  }

  /** Brings the revision of the current replica set and of the Deployment up to date, without creating one. Models sync.go getNewReplicaSet. */
  syncRevision(): void {
    const { current, old } = this.family;
    if (!current) return;
    const annotations = currentAnnotations(this.#deployment, current.metadata.annotations, nextRevision(old));
    const { minReadySeconds } = this.#deployment.spec;
    if (!equalJson(annotations, current.metadata.annotations ?? {}) || (minReadySeconds ?? 0) !== (current.spec.minReadySeconds ?? 0)) {
      const draft = cloneJson(current);
      draft.metadata.annotations = annotations;
      if (minReadySeconds) draft.spec.minReadySeconds = minReadySeconds;
      else delete draft.spec.minReadySeconds;
      this.#replace(this.#tools.api.update(REPLICA_SETS, draft));
      return;
    }
    const needsCondition = progressDeadlineSeconds(this.#deployment) !== undefined && !conditionOf(this.#deployment.status, 'Progressing');
    this.#writeRevision(
      annotations[REVISION],
      needsCondition ? this.#progress(ProgressReason.found, `Found new replica set "${current.metadata.name}"`) : undefined,
    );
  }

  /** The replica set of the current template, created if there is none yet. */
  ensureCurrent(): ReplicaSet {
    this.syncRevision();
    return this.family.current ?? this.#createCurrent();
  }

  /** Gives a replica set a size and notes the Deployment's sizes on it; an event tells when the size changed. Models sync.go scaleReplicaSet. */
  scale(replicaSet: ReplicaSet, replicas: number): boolean {
    const before = wantedReplicas(replicaSet);
    if (before === replicas) return false;
    this.#resize(replicaSet, replicas);
    const direction = before < replicas ? 'up' : 'down';
    this.#tell(`Scaled ${direction} replica set ${replicaSet.metadata.name} from ${before} to ${replicas}`);
    return true;
  }

  /** As `scale`, and brings the noted sizes up to date even when the size stays. */
  scaleAndNote(replicaSet: ReplicaSet, replicas: number): void {
    if (this.scale(replicaSet, replicas)) return;
    const noted = sizeAnnotations(this.#deployment);
    if (!Object.entries(noted).every(([key, value]) => replicaSet.metadata.annotations?.[key] === value))
      this.#resize(replicaSet, replicas);
  }

  /** Deletes old replica sets without pods beyond the history that is kept. Models sync.go cleanupDeployment. */
  cleanUpHistory(): void {
    const limit = revisionHistoryLimit(this.#deployment);
    if (limit === undefined) return;
    const alive = this.family.old.filter(({ metadata }) => !metadata.deletionTimestamp);
    const excess = [...alive].sort((a, b) => revisionOf(a) - revisionOf(b) || byCreation(a, b)).slice(0, Math.max(0, alive.length - limit));
    for (const replicaSet of excess.filter(isIdle))
      this.#tools.api.delete(REPLICA_SETS, replicaSet.metadata.namespace, replicaSet.metadata.name);
  }

  /** Writes the status, if it changed. */
  writeStatus(status: DeploymentStatus): void {
    if (equalJson(status, this.#deployment.status)) return;
    this.#write({ ...cloneJson(this.#deployment), status });
  }

  #createCurrent(): ReplicaSet {
    const draft = this.#draftCurrent();
    const revision = String(nextRevision(this.family.old));
    const created = this.#tryToCreate(draft);
    this.#owned.push(created.replicaSet);
    if (!created.isNew) {
      this.#writeRevision(revision, undefined);
      return created.replicaSet;
    }
    const { name } = created.replicaSet.metadata;
    if (wantedReplicas(draft) > 0) this.#tell(`Scaled up replica set ${name} from 0 to ${wantedReplicas(draft)}`);
    const hasDeadline = progressDeadlineSeconds(this.#deployment) !== undefined;
    this.#writeRevision(revision, hasDeadline ? this.#progress(ProgressReason.created, `Created new replica set "${name}"`) : undefined);
    return created.replicaSet;
  }

  #draftCurrent(): ReplicaSet {
    const { metadata, spec, status } = this.#deployment;
    const hash = podTemplateHash(spec.template, status?.collisionCount);
    const template = cloneJson(spec.template);
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash } };
    const draft: ReplicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${metadata.name.slice(0, MAX_NAME_CHARACTERS - 1 - hash.length)}-${hash}`,
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        labels: { ...template.metadata.labels },
        annotations: {
          ...currentAnnotations(this.#deployment, undefined, nextRevision(this.family.old)),
          ...sizeAnnotations(this.#deployment),
        },
        ownerReferences: [controllerReference(this.#deployment)],
      },
      spec: {
        replicas: 0,
        ...(spec.minReadySeconds && { minReadySeconds: spec.minReadySeconds }),
        selector: { ...cloneJson(spec.selector), matchLabels: { ...spec.selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
        template,
      },
    };
    draft.spec.replicas = replicasForCurrent(this.#deployment, this.family.old, 0);
    return draft;
  }

  /** A name that is taken is either ours already, or a collision of hashes, which the next pass avoids by counting it. */
  #tryToCreate(draft: ReplicaSet): { replicaSet: ReplicaSet; isNew: boolean } {
    const { api } = this.#tools;
    try {
      return { replicaSet: api.create(REPLICA_SETS, draft), isNew: true };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason === 'AlreadyExists') {
        const existing = api.get<ReplicaSet>(REPLICA_SETS, draft.metadata.namespace, draft.metadata.name);
        if (existing && this.#isOurs(existing)) return { replicaSet: existing, isNew: false };
        this.writeStatus({ ...this.#deployment.status, collisionCount: (this.#deployment.status?.collisionCount ?? 0) + 1 });
      } else if (!error.message.includes('because it is being terminated')) this.#reportFailedCreate(draft, error);
      throw error;
    }
  }

  #isOurs({ metadata, spec }: ReplicaSet): boolean {
    const isOwned = metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === this.#deployment.metadata.uid) ?? false;
    return isOwned && equalTemplates(spec.template, this.#deployment.spec.template);
  }

  #reportFailedCreate(draft: ReplicaSet, error: ApiError): void {
    const message = `Failed to create new replica set "${draft.metadata.name}": ${error.message}`;
    this.#tools.events.record(this.#deployment, 'Warning', ProgressReason.createFailed, message);
    if (progressDeadlineSeconds(this.#deployment) !== undefined) {
      const condition = { type: 'Progressing', status: 'False', reason: ProgressReason.createFailed, message } as const;
      this.writeStatus(withCondition(this.#deployment.status ?? {}, condition, this.nowMs));
    }
  }

  #progress(reason: string, message: string): ConditionDraft {
    return { type: 'Progressing', status: 'True', reason, message };
  }

  /** Shows a revision, and a condition if one is given, on the Deployment; both in one write, as the real controller does. */
  #writeRevision(revision: string | undefined, condition: ConditionDraft | undefined): void {
    const before = this.#deployment;
    const draft = cloneJson(before);
    if (revision !== undefined) draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: revision };
    if (condition) draft.status = withCondition(draft.status ?? {}, condition, this.nowMs);
    if (!equalJson(draft, before)) this.#write(draft);
  }

  #write(draft: Deployment): void {
    this.#tools.api.update(RESOURCE, draft, 'status');
    this.#deployment = draft;
  }

  #resize(replicaSet: ReplicaSet, replicas: number): void {
    const draft = cloneJson(replicaSet);
    draft.spec.replicas = replicas;
    draft.metadata.annotations = { ...draft.metadata.annotations, ...sizeAnnotations(this.#deployment) };
    this.#replace(this.#tools.api.update(REPLICA_SETS, draft));
  }

  #replace(replicaSet: ReplicaSet): void {
    this.#owned = this.#owned.map((other) => (other.metadata.uid === replicaSet.metadata.uid ? replicaSet : other));
  }

  #tell(message: string): void {
    this.#tools.events.record(this.#deployment, 'Normal', 'ScalingReplicaSet', message);
  }
}

/** Whether a replica set has neither pods nor the intention to have any. */
function isIdle(replicaSet: ReplicaSet): boolean {
  const { status, metadata } = replicaSet;
  return (
    (status?.replicas ?? 0) === 0 && wantedReplicas(replicaSet) === 0 && (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0)
  );
}

/** Whether a replica set's noted size is not the size that the Deployment has now: somebody scaled it. */
export function wasScaled(deployment: Deployment, noted: number | undefined): boolean {
  return noted !== undefined && noted !== desiredReplicas(deployment);
}
