import type { PodTemplateSpec } from '../../../../kube/types/core.ts';
import type { KubeObject, LabelSelector } from '../../../../kube/types/meta.ts';
import type { Rollout } from '../../../../kube/types/rollouts.ts';
import { cloneJson } from '../../../../system/json.ts';
import type { ApiClient } from '../../../api/client.ts';
import { WORKLOAD_GENERATION } from '../names.ts';
import type { NormalRollout } from '../normal-rollout.ts';
import { normalTemplate } from '../pod-template/go-template.ts';

/** Which parts of a Rollout come from the workload it refers to. */
export interface WorkloadParts {
  template: boolean;
  selector: boolean;
}

export interface ResolvedRollout {
  rollout: NormalRollout;
  fromWorkload: WorkloadParts;
  /** Why the workload cannot be used. */
  problem?: string;
}

interface Workload extends KubeObject {
  template?: PodTemplateSpec;
  spec?: { template?: PodTemplateSpec; selector?: LabelSelector };
}

const NOTHING: WorkloadParts = { template: false, selector: false };
const RESOURCES: Readonly<Record<string, string>> = {
  '/PodTemplate': 'podtemplates',
  'apps/Deployment': 'deployments.apps',
  'apps/ReplicaSet': 'replicasets.apps',
};

/** The Rollout with template and selector of the workload that it refers to, if it refers to one. Models rollout/templateref.go Resolve. */
export function resolveWorkload(api: ApiClient, rollout: NormalRollout): ResolvedRollout {
  const { workloadRef, template } = rollout.spec;
  if (!workloadRef) return { rollout: withoutGeneration(rollout), fromWorkload: NOTHING };
  if (!isEmptyTemplate(template)) return failed(rollout, 'template must be empty for workload reference rollout');
  const [group, kind] = [groupOf(workloadRef.apiVersion ?? ''), workloadRef.kind ?? ''];
  const resource = RESOURCES[`${group}/${kind}`];
  if (resource === undefined) return failed(rollout, `workload of type ${group}/${kind} is not supported`);
  const { namespace } = rollout.metadata;
  const workload = api.get<Workload>(resource, namespace, workloadRef.name ?? '');
  if (!workload) return failed(rollout, `${resource} "${namespace}/${workloadRef.name}" not found`);
  return withWorkload(rollout, workload);
}

/** The resource of the workload that a Rollout refers to; undefined without a reference or for a kind that is not supported. */
export function workloadResourceOf({ spec }: Rollout): string | undefined {
  const { apiVersion = '', kind = '' } = spec.workloadRef ?? {};
  return RESOURCES[`${groupOf(apiVersion)}/${kind}`];
}

function withWorkload(rollout: NormalRollout, workload: Workload): ResolvedRollout {
  const template = workload.spec?.template ?? workload.template;
  const selector = workload.spec?.selector;
  const takesSelector = !rollout.spec.selector && selector !== undefined;
  const annotations = { ...rollout.metadata.annotations, [WORKLOAD_GENERATION]: String(workload.metadata.generation ?? 0) };
  return {
    rollout: {
      ...rollout,
      metadata: { ...rollout.metadata, annotations },
      spec: {
        ...rollout.spec,
        ...(template && { template: normalTemplate(template) }),
        ...(takesSelector && { selector: cloneJson(selector) }),
      },
    },
    fromWorkload: { template: template !== undefined, selector: takesSelector },
  };
}

function withoutGeneration(rollout: NormalRollout): NormalRollout {
  if (rollout.metadata.annotations?.[WORKLOAD_GENERATION] === undefined) return rollout;
  const { [WORKLOAD_GENERATION]: _, ...annotations } = rollout.metadata.annotations;
  return { ...rollout, metadata: { ...rollout.metadata, annotations } };
}

function failed(rollout: NormalRollout, problem: string): ResolvedRollout {
  return { rollout, fromWorkload: NOTHING, problem };
}

function isEmptyTemplate(template: PodTemplateSpec | undefined): boolean {
  const { labels = {}, annotations = {} } = template?.metadata ?? {};
  return Object.keys(labels).length + Object.keys(annotations).length === 0;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
