import type { PodTemplateSpec } from '../../../kube/types/core.ts';
import type { Job, JobSpec } from '../../../kube/types/workloads.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkImmutable } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkLabelSelector } from '../label-validation.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Label, dns1123Subdomain } from '../name-problems.ts';
import { defaultPodTemplate } from '../pods/pod-template-defaults.ts';
import { checkJobSpec } from './job-spec-validation.ts';
import { checkTemplateLabels } from './template-validation.ts';

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';
const UNLIMITED = 2 ** 31 - 1;

/** Rules for Jobs. Models apis/batch/v1/defaults.go, batch/validation and registry/batch/job. */
export const jobRules: KindRules<Job> = {
  defaultPropagation: 'Orphan',
  completeDefaults({ metadata, spec }) {
    defaultJobSpec(spec);
    spec.manualSelector ??= false;
    const labels = spec.template.metadata?.labels;
    if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  },
  prepareForCreate(draft) {
    const labelsBefore = draft.spec.template.metadata?.labels;
    if (!draft.spec.manualSelector) selectOwnPods(draft);
    // Why: the server's Job shares its labels with its template when it had none of its own.
    if (equalJson(draft.metadata.labels ?? {}, labelsBefore ?? {})) draft.metadata.labels = { ...draft.spec.template.metadata?.labels };
  },
  validate(draft, previous) {
    const { spec } = draft;
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...(previous ? [] : checkGeneratedSelector(draft)),
      ...checkJobSpec('spec', spec),
      ...(spec.selector ? checkLabelSelector('spec.selector', spec.selector) : [requiredValue('spec.selector')]),
      ...checkTemplateLabels('spec.template', spec.selector, spec.template),
      ...(previous ? checkUpdate(spec, previous) : checkHostNames(draft)),
    ];
  },
};

function defaultJobSpec(spec: JobSpec): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec['backoffLimitPerIndex'] === undefined ? 6 : UNLIMITED;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec['podFailurePolicy'] ? 'Failed' : 'TerminatingOrFailed';
  for (const rule of (spec['podFailurePolicy'] as { rules?: { onPodConditions?: { status?: string }[] }[] } | undefined)?.rules ?? []) {
    for (const condition of rule.onPodConditions ?? []) condition.status ||= 'True';
  }
  defaultPodTemplate(spec.template);
}

/** Makes the Job's pods its own by labels with its name and uid. */
function selectOwnPods({ metadata, spec }: Job): void {
  const template = (spec.template.metadata ??= {});
  const uid = metadata.uid!;
  template.labels = {
    [JOB_NAME]: metadata.name,
    'job-name': metadata.name,
    [CONTROLLER_UID]: uid,
    'controller-uid': uid,
    ...template.labels,
  };
  spec.selector = { ...spec.selector, matchLabels: { [CONTROLLER_UID]: uid, ...spec.selector?.matchLabels } };
}

/** Models batch/validation validateGeneratedSelector: whoever lets the server choose the selector may not choose parts of it. */
function checkGeneratedSelector({ metadata, spec }: Job): StatusCause[] {
  if (spec.manualSelector) return [];
  const labels = spec.template.metadata?.labels ?? {};
  const uid = metadata.uid!;
  const expected = { 'controller-uid': uid, 'job-name': metadata.name, [CONTROLLER_UID]: uid, [JOB_NAME]: metadata.name };
  const wrong = Object.entries(expected).filter(([key, value]) => labels[key] !== value);
  const generated = { matchLabels: { [CONTROLLER_UID]: uid } };
  return [
    ...wrong.map(([key, value]) => requiredValue(`spec.template.metadata.labels[${key}]`, `must be '${value}'`)),
    ...(equalJson(spec.selector, generated) ? [] : [invalidValue('spec.selector', spec.selector, '`selector` not auto-generated')]),
  ];
}

/** Pods of an indexed Job are called after it, with their index. */
function checkHostNames({ metadata, spec }: Job): StatusCause[] {
  if (spec.completionMode !== 'Indexed' || !spec.completions) return [];
  const longest = `${metadata.name}-${spec.completions - 1}`;
  const detail = `will not able to create pod with invalid DNS label: ${longest}`;
  return dns1123Label(longest).length > 0 ? [invalidValue('metadata.name', metadata.name, detail)] : [];
}

const IMMUTABLE = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const;

function checkUpdate(spec: JobSpec, { spec: before, status }: Job): StatusCause[] {
  const isUnstarted = before.suspend === true && !status?.startTime;
  const template = isUnstarted ? withSchedulingOf(before.template, spec.template) : before.template;
  return [
    ...checkCompletions(spec, before),
    ...checkImmutable('spec.selector', !equalJson(spec.selector, before.selector), spec.selector),
    ...checkImmutable('spec.template', !equalJson(spec.template, template), spec.template),
    ...IMMUTABLE.flatMap((name) => checkImmutable(`spec.${name}`, !equalJson(spec[name], before[name]), spec[name])),
  ];
}

function checkCompletions(spec: JobSpec, before: JobSpec): StatusCause[] {
  const isChanged = spec.completions !== before.completions;
  if (spec.completionMode !== 'Indexed') return checkImmutable('spec.completions', isChanged, spec.completions);
  const isAlone = isChanged && spec.completions !== undefined && spec.completions !== spec.parallelism;
  return isAlone ? [invalidValue('spec.completions', spec.completions, 'can only be modified in tandem with spec.parallelism')] : [];
}

/** Where the pods of a Job that has not started go may still change. */
function withSchedulingOf(template: PodTemplateSpec, other: PodTemplateSpec): PodTemplateSpec {
  const spec = { ...template.spec };
  for (const key of ['nodeSelector', 'tolerations', 'schedulingGates', 'affinity']) {
    if (other.spec[key] === undefined) delete spec[key];
    else spec[key] = other.spec[key];
  }
  const { labels: _, annotations: __, ...metadata } = template.metadata ?? {};
  const { labels, annotations } = other.metadata ?? {};
  return { ...template, metadata: { ...metadata, ...(labels && { labels }), ...(annotations && { annotations }) }, spec };
}
