import type { KubeObject, StatusCause } from '../../../kube/types/meta.ts';
import type { JobSpec } from '../../../kube/types/workloads.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkNonNegative, checkSupported } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain, tooManyCharacters } from '../name-problems.ts';
import { defaultPodTemplate } from '../pods/pod-template-defaults.ts';
import { scheduleProblem } from './cron-schedule.ts';
import { checkJobSpec } from './job-spec-validation.ts';

interface CronJob extends KubeObject {
  spec: {
    schedule?: string;
    timeZone?: string;
    startingDeadlineSeconds?: number;
    concurrencyPolicy?: string;
    suspend?: boolean;
    jobTemplate: { spec: JobSpec };
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
  };
}

/** Why: a Job's name is its CronJob's with eleven characters more. */
const MOST_NAME_CHARACTERS = 52;

/** Rules for CronJobs. Models apis/batch/v1/defaults.go, batch/validation and registry/batch/cronjob. */
export const cronJobRules: KindRules<CronJob> = {
  completeDefaults({ spec }) {
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    // Why: of a Job's defaults the template gets those of its pods only.
    defaultPodTemplate(spec.jobTemplate.spec.template);
  },
  validate(draft, previous) {
    const { metadata, spec } = draft;
    const isTooLong = !previous && metadata.name.length > MOST_NAME_CHARACTERS;
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...checkSchedule(spec.schedule ?? '', previous?.spec.schedule),
      ...checkNonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
      ...(previous && previous.spec.timeZone === spec.timeZone ? [] : checkTimeZone(spec.timeZone)),
      ...checkSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
      ...checkTemplate(spec.jobTemplate.spec),
      ...checkNonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
      ...checkNonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
      ...(isTooLong ? [invalidValue('metadata.name', metadata.name, tooManyCharacters(MOST_NAME_CHARACTERS))] : []),
    ];
  },
};

function checkSchedule(schedule: string, before: string | undefined): StatusCause[] {
  const field = 'spec.schedule';
  if (schedule === '') return [requiredValue(field)];
  const problem = scheduleProblem(schedule);
  const hasZone = schedule.includes('TZ') && !(before?.includes('TZ') ?? false);
  return [
    ...(problem === undefined ? [] : [invalidValue(field, schedule, problem)]),
    ...(hasZone ? [invalidValue(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')] : []),
  ];
}

function checkTimeZone(zone: string | undefined): StatusCause[] {
  if (zone === undefined) return [];
  const field = 'spec.timeZone';
  if (zone === '') return [invalidValue(field, zone, 'timeZone must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local')
    return [invalidValue(field, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')];
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    return [invalidValue(field, zone, `unknown time zone ${zone}`)];
  }
}

function checkTemplate(spec: JobSpec): StatusCause[] {
  const field = 'spec.jobTemplate.spec';
  return [
    ...checkJobSpec(field, spec),
    ...(spec.selector ? [invalidValue(`${field}.selector`, spec.selector, '`selector` will be auto-generated')] : []),
    ...(spec.manualSelector ? checkSupported(`${field}.manualSelector`, spec.manualSelector, ['nil', 'false']) : []),
  ];
}
