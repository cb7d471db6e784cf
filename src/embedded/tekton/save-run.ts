import type { KubeObject } from '../../kube/types/meta.ts';
import { equalJson } from '../../system/json.ts';
import type { ApiClient } from '../api/client.ts';

/** Writes what a controller changed in a run: its status, and, where they changed, its labels and annotations. */
export function saveRun(api: ApiClient, resource: string, run: KubeObject): void {
  const updated = api.update(resource, run, 'status');
  const { labels, annotations } = run.metadata;
  if (equalJson(labels, updated.metadata.labels) && equalJson(annotations, updated.metadata.annotations)) return;
  const { namespace, name } = run.metadata;
  api.patch(resource, namespace, name, { type: 'merge', body: { metadata: { labels, annotations } } });
}
