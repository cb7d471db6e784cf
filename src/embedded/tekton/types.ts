import type { Container, EnvVar, PodSpec, Volume, VolumeMount } from '../../kube/types/core.ts';
import type { Condition, KubeObject } from '../../kube/types/meta.ts';

/** The value of a param or result. */
export type ParamValue = string | string[] | Record<string, string>;
export type ParamType = 'string' | 'array' | 'object';

export interface Param {
  name: string;
  value: ParamValue;
}

export interface ParamSpec {
  name: string;
  type?: ParamType;
  default?: ParamValue;
  properties?: Record<string, { type?: string }>;
}

export interface TaskResult {
  name: string;
  type?: ParamType;
  value?: ParamValue;
  description?: string;
  properties?: Record<string, { type?: string }>;
}

export interface WorkspaceDeclaration {
  name: string;
  mountPath?: string;
  readOnly?: boolean;
  optional?: boolean;
}

/** A workspace as a run provides it: a volume source beside the name. */
export interface WorkspaceBinding extends Volume {
  subPath?: string;
}

export interface Step {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  env?: EnvVar[];
  volumeMounts?: VolumeMount[];
  script?: string;
  computeResources?: object;
  timeout?: string;
  onError?: 'continue' | 'stopAndFail';
  results?: TaskResult[];
  workspaces?: { name: string; mountPath?: string }[];
  stdoutConfig?: { path: string };
  stderrConfig?: { path: string };
}

export interface TaskSpec {
  params?: ParamSpec[];
  steps?: Step[];
  stepTemplate?: Partial<Container>;
  results?: TaskResult[];
  workspaces?: WorkspaceDeclaration[];
  volumes?: Volume[];
  sidecars?: Container[];
  [field: string]: unknown;
}

export interface Task extends KubeObject {
  spec: TaskSpec;
}

/** What a pod gets beside its steps. */
export type PodTemplate = Partial<PodSpec> & { env?: Container['env'] };

export interface TaskRunSpec {
  taskRef?: TaskRef;
  taskSpec?: TaskSpec;
  params?: Param[];
  workspaces?: WorkspaceBinding[];
  serviceAccountName?: string;
  podTemplate?: PodTemplate;
  timeout?: string;
  retries?: number;
  status?: string;
  statusMessage?: string;
  [field: string]: unknown;
}

export interface TaskRef {
  name?: string;
  kind?: string;
  [field: string]: unknown;
}

export interface RunResult {
  name: string;
  type: ParamType;
  value: ParamValue;
}

export interface StepState {
  name: string;
  /** Absent until there is a pod. */
  container?: string;
  imageID?: string;
  running?: { startedAt?: string };
  waiting?: { reason?: string; message?: string };
  terminated?: { exitCode: number; reason?: string; message?: string; startedAt?: string; finishedAt?: string; containerID?: string };
  terminationReason?: string;
  results?: RunResult[];
}

export interface TaskRunStatus {
  conditions?: Condition[];
  startTime?: string;
  completionTime?: string;
  podName?: string;
  taskSpec?: TaskSpec;
  steps?: StepState[];
  results?: RunResult[];
  retriesStatus?: TaskRunStatus[];
  [field: string]: unknown;
}

export interface TaskRun extends KubeObject {
  spec: TaskRunSpec;
  status?: TaskRunStatus;
}

export interface WhenExpression {
  input?: string;
  operator?: 'in' | 'notin';
  values?: string[];
  cel?: string;
}

export interface PipelineTask {
  name: string;
  taskRef?: TaskRef;
  taskSpec?: TaskSpec & { metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> } };
  params?: Param[];
  when?: WhenExpression[];
  runAfter?: string[];
  workspaces?: { name: string; workspace?: string; subPath?: string }[];
  timeout?: string;
  retries?: number;
  onError?: 'continue' | 'stopAndFail';
  [field: string]: unknown;
}

export interface PipelineSpec {
  params?: ParamSpec[];
  tasks?: PipelineTask[];
  finally?: PipelineTask[];
  workspaces?: { name: string; optional?: boolean }[];
  results?: { name: string; type?: ParamType; value: ParamValue; description?: string }[];
  [field: string]: unknown;
}

export interface Pipeline extends KubeObject {
  spec: PipelineSpec;
}

export interface PipelineTaskRunSpec {
  pipelineTaskName: string;
  serviceAccountName?: string;
  podTemplate?: PodTemplate;
  timeout?: string;
}

export interface PipelineRunSpec {
  pipelineRef?: { name?: string; [field: string]: unknown };
  pipelineSpec?: PipelineSpec;
  params?: Param[];
  workspaces?: WorkspaceBinding[];
  timeouts?: { pipeline?: string; tasks?: string; finally?: string };
  taskRunTemplate?: { serviceAccountName?: string; podTemplate?: PodTemplate };
  taskRunSpecs?: PipelineTaskRunSpec[];
  status?: string;
  [field: string]: unknown;
}

export interface ChildReference {
  apiVersion: string;
  kind: string;
  name: string;
  pipelineTaskName: string;
  whenExpressions?: WhenExpression[];
}

export interface SkippedTask {
  name: string;
  reason: string;
  whenExpressions?: WhenExpression[];
}

export interface PipelineRunStatus {
  conditions?: Condition[];
  startTime?: string;
  completionTime?: string;
  finallyStartTime?: string;
  pipelineSpec?: PipelineSpec;
  childReferences?: ChildReference[];
  skippedTasks?: SkippedTask[];
  results?: { name: string; value: ParamValue }[];
  [field: string]: unknown;
}

export interface PipelineRun extends KubeObject {
  spec: PipelineRunSpec;
  status?: PipelineRunStatus;
}
