import type { Container, PodTemplateSpec } from '../../../kube/types/core.ts';
import type { KubeObject, LabelSelector } from '../../../kube/types/meta.ts';
import type { Deployment, Job, ReplicaSet } from '../../../kube/types/workloads.ts';
import { formatLabelSelector } from '../../api/selectors.ts';
import { humanDuration, since } from './human-duration.ts';
import { AGE, CONTAINER_COLUMNS, integerColumn, nameColumn, textColumn, type Column, type TableKind } from './table-kind.ts';

const SELECTOR: Column = textColumn('Selector', 1);

/** Names and images of a template's containers. */
function containerCells(template: PodTemplateSpec | undefined): [names: string, images: string] {
  const containers: Container[] = template?.spec.containers ?? [];
  return [containers.map(({ name }) => name).join(','), containers.map(({ image = '' }) => image).join(',')];
}

function selectorCell(selector: LabelSelector | undefined): string {
  return formatLabelSelector(selector) || '<none>';
}

/** Labels as `a=b,c=d`, sorted; `<none>` without any. */
export function labelsCell(labels: Readonly<Record<string, string>> | undefined): string {
  return formatLabelSelector({ matchLabels: { ...labels } }) || '<none>';
}

export const deploymentTable: TableKind<Deployment> = {
  columns: [nameColumn(), textColumn('Ready'), textColumn('Up-to-date'), textColumn('Available'), AGE, ...CONTAINER_COLUMNS, SELECTOR],
  cells: ({ metadata, spec, status = {} }, nowMs) => [
    metadata.name,
    `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    status.updatedReplicas ?? 0,
    status.availableReplicas ?? 0,
    since(metadata.creationTimestamp, nowMs),
    ...containerCells(spec.template),
    formatLabelSelector(spec.selector),
  ],
};

export const replicaSetTable: TableKind<ReplicaSet> = {
  columns: [nameColumn(), integerColumn('Desired'), integerColumn('Current'), integerColumn('Ready'), AGE, ...CONTAINER_COLUMNS, SELECTOR],
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    spec.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    since(metadata.creationTimestamp, nowMs),
    ...containerCells(spec.template),
    selectorCell(spec.selector),
  ],
};

interface StatefulSet extends KubeObject {
  spec: { replicas?: number; template: PodTemplateSpec };
  status?: { readyReplicas?: number };
}

export const statefulSetTable: TableKind<StatefulSet> = {
  columns: [nameColumn(), textColumn('Ready'), AGE, ...CONTAINER_COLUMNS],
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    since(metadata.creationTimestamp, nowMs),
    ...containerCells(spec.template),
  ],
};

interface DaemonSet extends KubeObject {
  spec: { selector: LabelSelector; template: PodTemplateSpec };
  status?: {
    desiredNumberScheduled?: number;
    currentNumberScheduled?: number;
    numberReady?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
  };
}

export const daemonSetTable: TableKind<DaemonSet> = {
  columns: [
    nameColumn(),
    ...['Desired', 'Current', 'Ready', 'Up-to-date', 'Available'].map(integerColumn),
    textColumn('Node Selector'),
    AGE,
    ...CONTAINER_COLUMNS,
    SELECTOR,
  ],
  cells: ({ metadata, spec, status = {} }, nowMs) => [
    metadata.name,
    status.desiredNumberScheduled ?? 0,
    status.currentNumberScheduled ?? 0,
    status.numberReady ?? 0,
    status.updatedNumberScheduled ?? 0,
    status.numberAvailable ?? 0,
    labelsCell(spec.template.spec.nodeSelector),
    since(metadata.creationTimestamp, nowMs),
    ...containerCells(spec.template),
    selectorCell(spec.selector),
  ],
};

export const jobTable: TableKind<Job> = {
  columns: [nameColumn(), textColumn('Status'), textColumn('Completions'), textColumn('Duration'), AGE, ...CONTAINER_COLUMNS, SELECTOR],
  cells: (job, nowMs) => [
    job.metadata.name,
    jobWord(job),
    completions(job),
    jobDuration(job, nowMs),
    since(job.metadata.creationTimestamp, nowMs),
    ...containerCells(job.spec.template),
    selectorCell(job.spec.selector),
  ],
};

function jobWord({ metadata, status }: Job): string {
  const has = (type: string): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (typeof spec.completions === 'number') return `${succeeded}/${spec.completions}`;
  return (spec.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec.parallelism!}` : `${succeeded}/1`;
}

function jobDuration({ status }: Job, nowMs: number): string {
  if (!status?.startTime) return '';
  const endMs = status.completionTime ? Date.parse(status.completionTime) : nowMs;
  return humanDuration(endMs - Date.parse(status.startTime));
}

interface CronJob extends KubeObject {
  spec: {
    schedule: string;
    timeZone?: string | null;
    suspend?: boolean | null;
    jobTemplate: { spec: { template: PodTemplateSpec; selector?: LabelSelector } };
  };
  status?: { active?: unknown[]; lastScheduleTime?: string };
}

export const cronJobTable: TableKind<CronJob> = {
  columns: [
    nameColumn(),
    textColumn('Schedule'),
    textColumn('Timezone'),
    { ...textColumn('Suspend'), type: 'boolean' },
    integerColumn('Active'),
    textColumn('Last Schedule'),
    AGE,
    ...CONTAINER_COLUMNS,
    SELECTOR,
  ],
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name,
    spec.schedule,
    spec.timeZone ?? '<none>',
    spec.suspend === undefined || spec.suspend === null ? '<unset>' : spec.suspend ? 'True' : 'False',
    status?.active?.length ?? 0,
    status?.lastScheduleTime ? since(status.lastScheduleTime, nowMs) : '<none>',
    since(metadata.creationTimestamp, nowMs),
    ...containerCells(spec.jobTemplate.spec.template),
    selectorCell(spec.jobTemplate.spec.selector),
  ],
};
