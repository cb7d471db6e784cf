import type { Container, EnvVar, Pod, Volume, VolumeMount } from '../../../kube/types/core.ts';
import { cloneJson } from '../../../system/json.ts';
import { controllerReference } from '../../controllers/ownership.ts';
import type { ImageCatalog } from '../../programs/image.ts';
import { ENTRYPOINT_IMAGE, SHELL_IMAGE } from '../../programs/tekton-images.ts';
import { DEFAULT_TIMEOUT, timeoutMs } from '../durations.ts';
import { childName, LABELS, MANAGED_BY, RELEASE_ANNOTATION } from '../names.ts';
import type { Step, TaskRun, TaskSpec } from '../types.ts';
import { placeScripts, scriptPath } from './step-scripts.ts';
import { workspaceMounts, workspaceVolumes } from './workspaces.ts';

/** The pod lives longer than the run may take, so that it is the controller who ends it. */
const DEADLINE_FACTOR = 1.5;
const LONGEST_DEADLINE_SECONDS = 2_147_483_647;
const TERMINATION_PATH = '/tekton/termination';
const BIN: VolumeMount = { name: 'tekton-internal-bin', mountPath: '/tekton/bin' };
const DOWNWARD: VolumeMount = { name: 'tekton-internal-downward', mountPath: '/tekton/downward' };
const SCRIPTS: VolumeMount = { name: 'tekton-internal-scripts', mountPath: '/tekton/scripts' };

/** The first step waits until this annotation of the pod says that all of it runs. */
export const READY_ANNOTATION = { name: 'tekton.dev/ready', value: 'READY' } as const;
const READY_VOLUME: Volume = {
  name: DOWNWARD.name,
  downwardAPI: { items: [{ path: 'ready', fieldRef: { fieldPath: `metadata.annotations['${READY_ANNOTATION.name}']` } }] },
};

/** What every step has mounted, unless it mounts something else there. */
const IMPLICIT_MOUNTS: readonly VolumeMount[] = [
  { ...BIN, readOnly: true },
  { name: 'tekton-internal-workspace', mountPath: '/workspace' },
  { name: 'tekton-internal-home', mountPath: '/tekton/home' },
  { name: 'tekton-internal-results', mountPath: '/tekton/results' },
  { name: 'tekton-internal-steps', mountPath: '/tekton/steps', readOnly: true },
  { name: 'tekton-internal-artifacts', mountPath: '/tekton/artifacts' },
];

/** A step names no program, and its image cannot be asked. */
export class UnknownEntrypointError extends Error {}

/** The container of a step. */
export function stepContainerName(name: string | undefined, index: number): string {
  return name ? `step-${name}` : `step-unnamed-${index}`;
}

/**
 * The pod of a run: one container for each step, whose entrypoint lets it wait for the one before. `spec` is the task's with everything in it
 * replaced that the run decides. Models pkg/pod/pod.go Build.
 */
export function taskPod(run: TaskRun, spec: TaskSpec, images: ImageCatalog): Pod {
  const steps = (spec.steps ?? []).map((step) => withTemplate(step, spec.stepTemplate));
  const script = placeScripts(steps, run.metadata.name);
  const { metadata } = run;
  const retries = run.status?.retriesStatus?.length ?? 0;
  const { env: _env, ...template } = run.spec.podTemplate ?? {};
  return cloneJson({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: childName(metadata.name, retries > 0 ? `-pod-retry${retries}` : '-pod'),
      namespace: metadata.namespace!,
      labels: {
        ...metadata.labels,
        [LABELS.taskRun]: metadata.name,
        [LABELS.taskRunUid]: metadata.uid ?? '',
        [LABELS.managedBy]: MANAGED_BY,
      },
      annotations: { ...metadata.annotations, ...RELEASE_ANNOTATION },
      ownerReferences: [controllerReference(run)],
    },
    spec: {
      ...template,
      restartPolicy: 'Never' as const,
      initContainers: [prepareContainer(steps), ...(script === undefined ? [] : [placeScriptsContainer(script)])],
      containers: steps.map((step, index) => stepContainer({ run, spec, steps, images }, step, index)),
      serviceAccountName: run.spec.serviceAccountName ?? 'default',
      volumes: podVolumes(run, spec, steps, script !== undefined),
      activeDeadlineSeconds: deadlineSeconds(run),
    },
  });
}

function deadlineSeconds({ spec }: TaskRun): number {
  const limitMs = timeoutMs(spec.timeout ?? DEFAULT_TIMEOUT) ?? 0;
  return limitMs === 0 ? LONGEST_DEADLINE_SECONDS : Math.floor((limitMs / 1000) * DEADLINE_FACTOR);
}

/** Models pkg/apis/pipeline/v1/merge.go: the step wins, lists of named things are joined. */
function withTemplate(step: Step, template: Partial<Container> = {}): Step {
  const env = joined(template.env, step.env);
  const volumeMounts = joined(template.volumeMounts, step.volumeMounts);
  return { ...template, ...step, ...(env && { env }), ...(volumeMounts && { volumeMounts }) };
}

function joined<T extends { name: string }>(first: readonly T[] | undefined, second: readonly T[] | undefined): T[] | undefined {
  if (!first && !second) return undefined;
  const names = new Set((second ?? []).map(({ name }) => name));
  return [...(first ?? []).filter(({ name }) => !names.has(name)), ...(second ?? [])];
}

function prepareContainer(steps: readonly Step[]): Container {
  const names = steps.map(({ name }, index) => stepContainerName(name, index));
  return {
    name: 'prepare',
    image: ENTRYPOINT_IMAGE,
    workingDir: '/',
    command: ['/ko-app/entrypoint', 'init', '/ko-app/entrypoint', '/tekton/bin/entrypoint', ...names],
    volumeMounts: [BIN, { name: 'tekton-internal-steps', mountPath: '/tekton/steps' }],
  };
}

function placeScriptsContainer(script: string): Container {
  const volumeMounts = [SCRIPTS, { ...BIN, readOnly: true }];
  return { name: 'place-scripts', image: SHELL_IMAGE, command: ['sh'], args: ['-c', script], volumeMounts };
}

interface PodParts {
  run: TaskRun;
  spec: TaskSpec;
  steps: readonly Step[];
  images: ImageCatalog;
}

function stepContainer({ run, spec, steps, images }: PodParts, step: Step, index: number): Container {
  const {
    script,
    timeout: _timeout,
    onError: _onError,
    results: _results,
    workspaces: _workspaces,
    stdoutConfig: _out,
    stderrConfig: _err,
    computeResources: resources,
    ...own
  } = step;
  const [program, ...words] = script ? [scriptPath(run.metadata.name, index)] : commandOf(step, images);
  const args = ['-entrypoint', program!, '--', ...words, ...(step.args ?? [])];
  const mounts = [
    ...(own.volumeMounts ?? []),
    ...workspaceMounts(spec, step, run.spec.workspaces ?? []),
    ...(script ? [{ ...SCRIPTS, readOnly: true }] : []),
    ...(index === 0 ? [{ ...DOWNWARD, readOnly: true }] : []),
    { name: `tekton-creds-init-home-${index}`, mountPath: '/tekton/creds' },
    ...steps.map((_, other) => runMount(other, other !== index)),
  ];
  const taken = new Set(mounts.map(({ mountPath }) => mountPath.replace(/\/+$/, '')));
  const env: EnvVar[] = [...(own.env ?? []), ...(run.spec.podTemplate?.env ?? [])];
  return {
    ...(own as Omit<Container, 'name'>),
    name: stepContainerName(step.name, index),
    command: ['/tekton/bin/entrypoint'],
    args: [...entrypointFlags(spec, step, index), ...args],
    ...(env.length > 0 && { env }),
    ...(resources && { resources }),
    terminationMessagePath: TERMINATION_PATH,
    volumeMounts: [...mounts, ...IMPLICIT_MOUNTS.filter(({ mountPath }) => !taken.has(mountPath))],
  };
}

/** What a step runs that has no script: its command, or what its image runs by itself. Models entrypoint_lookup.go. */
function commandOf({ command = [], args = [], image = '' }: Step, images: ImageCatalog): string[] {
  if (command.length > 0) return command;
  const found = images.resolve(image);
  if (!found) throw new UnknownEntrypointError(`failed to get the image "${image}"'s entrypoint: it cannot be pulled`);
  const words = [...found.entrypoint, ...(args.length > 0 ? [] : found.cmd)];
  if (words.length === 0) throw new UnknownEntrypointError(`the image "${image}" has no entrypoint`);
  return words;
}

/** Models pkg/pod/entrypoint.go orderContainers. */
function entrypointFlags(spec: TaskSpec, step: Step, index: number): string[] {
  const results = (spec.results ?? []).filter(({ value }) => value === undefined).map(({ name }) => name);
  return [
    ...(index === 0 ? ['-wait_file', `${DOWNWARD.mountPath}/ready`, '-wait_file_content'] : ['-wait_file', `/tekton/run/${index - 1}/out`]),
    '-post_file',
    `/tekton/run/${index}/out`,
    '-termination_path',
    TERMINATION_PATH,
    '-step_metadata_dir',
    `/tekton/run/${index}/status`,
    ...(step.onError ? ['-on_error', step.onError] : []),
    ...(step.timeout ? ['-timeout', step.timeout] : []),
    ...(step.stdoutConfig ? ['-stdout_path', step.stdoutConfig.path] : []),
    ...(step.stderrConfig ? ['-stderr_path', step.stderrConfig.path] : []),
    ...(step.results?.length ? ['-step_results', step.results.map(({ name }) => name).join(',')] : []),
    ...(spec.results?.length ? ['-results', results.join(',')] : []),
  ];
}

function runMount(index: number, readOnly: boolean): VolumeMount {
  return { name: `tekton-internal-run-${index}`, mountPath: `/tekton/run/${index}`, ...(readOnly && { readOnly }) };
}

function podVolumes(run: TaskRun, spec: TaskSpec, steps: readonly Step[], hasScripts: boolean): Volume[] {
  const empty = (name: string): Volume => ({ name, emptyDir: {} });
  const implicit = ['workspace', 'home', 'results', 'steps', 'artifacts'].map((name) => empty(`tekton-internal-${name}`));
  return [
    ...implicit,
    ...(hasScripts ? [empty(SCRIPTS.name)] : []),
    empty(BIN.name),
    READY_VOLUME,
    ...steps.flatMap((_, index) => [
      { name: `tekton-creds-init-home-${index}`, emptyDir: { medium: 'Memory' } },
      empty(`tekton-internal-run-${index}`),
    ]),
    ...(spec.volumes ?? []),
    ...workspaceVolumes(run.spec.workspaces ?? []),
    ...(run.spec.podTemplate?.volumes ?? []),
  ];
}
