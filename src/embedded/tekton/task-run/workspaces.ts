import { createHash } from 'node:crypto';
import type { Volume, VolumeMount } from '../../../kube/types/core.ts';
import type { Step, TaskSpec, WorkspaceBinding, WorkspaceDeclaration } from '../types.ts';

/** Where a workspace is mounted unless its declaration says otherwise. */
export function mountPathOf({ name, mountPath }: WorkspaceDeclaration): string {
  return mountPath || `/workspace/${name}`;
}

/** The volume of a workspace in the pod: the same for the same workspace. Models pkg/workspace CreateVolumes. */
export function workspaceVolumeName(workspace: string): string {
  return `ws-${createHash('sha256').update(workspace).digest('hex').slice(0, 5)}`;
}

export function workspaceVolumes(bindings: readonly WorkspaceBinding[]): Volume[] {
  return bindings.map(({ name, subPath: _subPath, ...source }) => ({ ...source, name: workspaceVolumeName(name) }));
}

/** What a step has mounted of the workspaces: all that no step asks for by name, and those that it asks for itself. Models pkg/workspace Apply. */
export function workspaceMounts(spec: TaskSpec, step: Step, bindings: readonly WorkspaceBinding[]): VolumeMount[] {
  const isolated = new Set((spec.steps ?? []).flatMap(({ workspaces = [] }) => workspaces.map(({ name }) => name)));
  return bindings.flatMap(({ name, subPath }) => {
    const declared = spec.workspaces?.find((workspace) => workspace.name === name) ?? { name };
    const asked = step.workspaces?.find((usage) => usage.name === name);
    if (isolated.has(name) && !asked) return [];
    return [
      {
        name: workspaceVolumeName(name),
        mountPath: asked?.mountPath || mountPathOf(declared),
        ...(subPath !== undefined && { subPath }),
        ...(declared.readOnly && { readOnly: true }),
      },
    ];
  });
}

/** Why the run's workspaces do not fit the task; undefined when they do. Models pkg/workspace ValidateBindings. */
export function problemWithWorkspaces(
  { workspaces = [] }: TaskSpec,
  bindings: readonly WorkspaceBinding[],
  isEmbedded: boolean,
): string | undefined {
  const missing = workspaces.find(({ name, optional }) => !optional && !bindings.some((binding) => binding.name === name));
  if (missing) return `declared workspace "${missing.name}" is required but has not been bound`;
  const extra = bindings.find(({ name }) => !isEmbedded && !workspaces.some((declared) => declared.name === name));
  return extra && `workspace binding "${extra.name}" does not match any declared workspace`;
}
