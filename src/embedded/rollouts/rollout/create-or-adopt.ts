import type { KubeObject } from '../../../kube/types/meta.ts';
import { ApiError } from '../../api/api-error.ts';
import type { ApiClient } from '../../api/client.ts';
import { isControlledBy } from '../../controllers/ownership.ts';
import { isCompleted } from './status/phase.ts';

/** Something that runs for a while and comes to an end: an AnalysisRun or an Experiment. */
export type Undertaking = KubeObject & { status?: { phase?: string } };

/** What is to be created, and how it is told from others. */
export interface Creation<T> {
  resource: string;
  draft: T;
  /** Stands between the name and a number behind it. */
  separator: string;
  /** Whether two have the same content. */
  isSame: (a: T, b: T) => boolean;
}

/** Creates something for its owner; one of the same name is taken if it is the owner's, unfinished and of the same content, else a number is put after the name. */
export function createOrAdopt<T extends Undertaking>(api: ApiClient, owner: KubeObject, creation: Creation<T>): T {
  const { draft, separator } = creation;
  const baseName = draft.metadata.name;
  for (let collisions = 1; ; collisions += 1) {
    const found = tryToCreate(api, owner, creation);
    if (found) return found;
    draft.metadata.name = `${baseName}${separator}${collisions}`;
  }
}

/** Undefined when the name belongs to another one. */
function tryToCreate<T extends Undertaking>(api: ApiClient, owner: KubeObject, { resource, draft, isSame }: Creation<T>): T | undefined {
  try {
    return api.create<T>(resource, draft);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
  const existing = api.get<T>(resource, draft.metadata.namespace, draft.metadata.name);
  const isTheOne = existing && !isCompleted(existing.status?.phase) && isControlledBy(existing, owner) && isSame(existing, draft);
  return isTheOne ? existing : undefined;
}
