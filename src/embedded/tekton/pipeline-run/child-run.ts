import { controllerReference } from '../../controllers/ownership.ts';
import { API_VERSION, childName, LABELS } from '../names.ts';
import { substitute } from '../substitution.ts';
import { ON_ERROR_ANNOTATION } from '../task-run/task-run-pass.ts';
import type { PipelineRun, PipelineTask, TaskRun, TaskSpec, WorkspaceBinding } from '../types.ts';
import type { PipelineTaskState } from './pipeline-state.ts';

/** A task needs a workspace that the pipeline's run does not bring. */
export class MissingWorkspaceError extends Error {}

/** The name of the TaskRun for a task of the pipeline. */
export function childRunName(run: PipelineRun, task: string): string {
  const known = run.status?.childReferences?.find(({ kind, pipelineTaskName }) => kind === 'TaskRun' && pipelineTaskName === task);
  return known?.name ?? childName(run.metadata.name, `-${task}`);
}

/** The TaskRun for a task of the pipeline. Throws MissingWorkspaceError. Models createTaskRun. */
export function childRun(run: PipelineRun, { task, spec, isFinal, runName }: PipelineTaskState): TaskRun {
  const { metadata } = run;
  const own = run.spec.taskRunSpecs?.find(({ pipelineTaskName }) => pipelineTaskName === task.name);
  const template = run.spec.taskRunTemplate ?? {};
  const podTemplate = own?.podTemplate ?? template.podTemplate;
  const timeout = own?.timeout ?? task.timeout;
  const { metadata: taskMetadata, spec: _custom, ...taskSpec } = task.taskSpec ?? {};
  const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...annotations } = metadata.annotations ?? {};
  const retries = new Map([['context.pipelineTask.retries', String(task.retries ?? 0)]]);
  const params = substitute(task.params ?? [], { strings: retries, arrays: new Map() });
  const workspaces = childWorkspaces(run, task, spec);
  return {
    apiVersion: API_VERSION,
    kind: 'TaskRun',
    metadata: {
      name: runName,
      namespace: metadata.namespace!,
      labels: {
        ...metadata.labels,
        ...taskMetadata?.labels,
        [LABELS.pipelineRun]: metadata.name,
        [LABELS.pipelineRunUid]: metadata.uid ?? '',
        [LABELS.pipelineTask]: task.name,
        [LABELS.memberOf]: isFinal ? 'finally' : 'tasks',
      },
      annotations: {
        ...annotations,
        ...taskMetadata?.annotations,
        ...(task.onError === 'continue' && { [ON_ERROR_ANNOTATION]: 'continue' }),
      },
      ownerReferences: [controllerReference(run)],
    },
    spec: {
      ...(params.length > 0 && { params }),
      ...(task.retries !== undefined && { retries: task.retries }),
      serviceAccountName: own?.serviceAccountName ?? template.serviceAccountName ?? 'default',
      ...(podTemplate && { podTemplate }),
      ...(timeout !== undefined && { timeout }),
      ...(task.taskRef ? { taskRef: task.taskRef } : { taskSpec }),
      ...(workspaces.length > 0 && { workspaces }),
    },
  };
}

/** Models getTaskrunWorkspaces: by the names that the pipeline says, and for a task that is written out in it every workspace that it refers to. */
function childWorkspaces(run: PipelineRun, task: PipelineTask, spec: TaskSpec): WorkspaceBinding[] {
  const bindings = run.spec.workspaces ?? [];
  const named = task.workspaces ?? [];
  const propagated = task.taskSpec
    ? bindings.filter((binding) => isUsed(binding.name, task) && !named.some(({ name }) => name === binding.name))
    : [];
  const own = named.flatMap(({ name, workspace, subPath }) => {
    const source = workspace || name;
    const binding = bindings.find((candidate) => candidate.name === source);
    if (binding) return [{ ...binding, name, ...(subPath !== undefined && { subPath }) }];
    if (spec.workspaces?.some((declared) => declared.name === name && declared.optional)) return [];
    throw new MissingWorkspaceError(`expected workspace "${source}" to be provided by pipelinerun for pipeline task "${task.name}"`);
  });
  return [...own, ...propagated];
}

function isUsed(workspace: string, { taskSpec }: PipelineTask): boolean {
  return JSON.stringify(taskSpec).includes(`$(workspaces.${workspace}.`);
}
