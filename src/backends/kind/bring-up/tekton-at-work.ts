import { ClusterError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import type { KubeObject } from '../../../kube/types/meta.ts';
import type { Deployment } from '../../../kube/types/workloads.ts';
import { TEKTON } from '../install-manifest.ts';
import { waitFor } from '../waiting.ts';

const READY_MS = 4 * 60_000;
const CONTROLLER = 'tekton-pipelines-controller';
const ASKED_WITH: KubeObject = {
  apiVersion: 'tekton.dev/v1',
  kind: 'Task',
  metadata: { name: 'lab-asks-whether-tekton-is-at-work', namespace: 'default' },
  spec: { params: [{ name: 'any' }], steps: [{ image: 'any' }] },
};

/** Waits until Tekton Pipelines is at work: its webhooks fill in and refuse, and its controller is ready. */
export async function waitUntilTektonIsAtWork(client: KubeClient, detail: (text: string) => void, signal?: AbortSignal): Promise<void> {
  await waitFor({
    what: TEKTON.name,
    withinMs: READY_MS,
    look: async () => {
      if (!(await fillsIn(client))) return 'its webhook does not fill in anything yet';
      if (!(await refuses(client))) return 'its webhook does not refuse anything yet';
      const deployment = await client.get<Deployment>('deployments.apps', TEKTON.namespace, CONTROLLER);
      return (deployment?.status?.availableReplicas ?? 0) > 0 || 'its controller is not ready';
    },
    detail,
    ...(signal && { signal }),
    hint: `See \`kubectl get pods --namespace ${TEKTON.namespace}\`.`,
  });
}

/** Why by what comes back: until the webhook has made itself known to the API server, that one takes everything as it is. */
async function fillsIn(client: KubeClient): Promise<boolean> {
  const { spec } = await client.create<KubeObject>('tasks.tekton.dev', ASKED_WITH, { isDryRun: true });
  return (spec as { params: { type?: string }[] }).params[0]?.type === 'string';
}

async function refuses(client: KubeClient): Promise<boolean> {
  try {
    await client.create('tasks.tekton.dev', { ...ASKED_WITH, spec: { steps: [{}] } }, { isDryRun: true });
    return false;
  } catch (error) {
    if (error instanceof ClusterError && error.status === 400) return true;
    throw error;
  }
}
