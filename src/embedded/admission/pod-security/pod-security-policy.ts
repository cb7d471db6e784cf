import type { StatusCause } from '../../../kube/types/meta.ts';
import type { Labels } from '../../api/selectors.ts';
import { invalidValue } from '../../schema/field-causes.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS = ['privileged', 'baseline', 'restricted'] as const;

export type SecurityLevel = (typeof LEVELS)[number];

/** A level as it was in a minor version of Kubernetes; the newest where none is said. */
export interface SecurityStandard {
  level: SecurityLevel;
  minor: number | undefined;
}

/** What a namespace wants of its pods: what is refused, and what is warned of. Audit annotations are not kept, so that mode is only checked. */
export interface PodSecurityPolicy {
  enforce: SecurityStandard;
  warn: SecurityStandard;
  /** Labels that say nothing that can be followed. */
  problems: StatusCause[];
}

/** Reads the labels of a namespace. Models pod-security-admission api/helpers.go PolicyToEvaluate: an unreadable level to enforce is the strictest. */
export function podSecurityPolicyOf(labels: Labels): PodSecurityPolicy {
  const problems: StatusCause[] = [];
  const read = (mode: 'enforce' | 'audit' | 'warn', orElse: SecurityLevel): SecurityStandard & { isSaid: boolean } => {
    const { value: level, problem } = readLevel(labels[PREFIX + mode]);
    const version = readVersion(labels[`${PREFIX}${mode}-version`]);
    if (problem) problems.push(invalidValue(`metadata.labels[${PREFIX}${mode}]`, labels[PREFIX + mode], problem));
    if (version.problem) {
      problems.push(invalidValue(`metadata.labels[${PREFIX}${mode}-version]`, labels[`${PREFIX}${mode}-version`], version.problem));
    }
    return {
      level: problem ? orElse : (level ?? 'privileged'),
      minor: version.value,
      isSaid: level !== undefined || problem !== undefined,
    };
  };
  const enforce = read('enforce', 'restricted');
  read('audit', 'privileged');
  const warn = read('warn', 'privileged');
  const isEnforceReadable = enforce.isSaid && !problems.some(({ field }) => field === `metadata.labels[${PREFIX}enforce]`);
  const warnsAsItEnforces = !warn.isSaid && isEnforceReadable;
  const saysWarnVersion = labels[`${PREFIX}warn-version`] !== undefined;
  return {
    enforce: standardOf(enforce),
    warn: warnsAsItEnforces ? { level: enforce.level, minor: saysWarnVersion ? warn.minor : enforce.minor } : standardOf(warn),
    problems,
  };
}

/** As messages have it: `restricted:latest`. */
export function describeStandard({ level, minor }: SecurityStandard): string {
  return `${level}:${minor === undefined ? 'latest' : `v1.${minor}`}`;
}

/** Whether a standard asks for more than another one, or for something else. */
export function isStricter(a: SecurityStandard, b: SecurityStandard): boolean {
  if (a.level === 'privileged') return false;
  return a.minor !== b.minor || LEVELS.indexOf(a.level) > LEVELS.indexOf(b.level);
}

function standardOf({ level, minor }: SecurityStandard): SecurityStandard {
  return { level, minor };
}

function readLevel(text: string | undefined): { value?: SecurityLevel; problem?: string } {
  if (text === undefined) return {};
  const value = LEVELS.find((level) => level === text);
  return value ? { value } : { problem: `must be one of ${LEVELS.join(', ')}` };
}

function readVersion(text: string | undefined): { value: number | undefined; problem?: string } {
  if (text === undefined || text === 'latest') return { value: undefined };
  const minor = /^v1\.(\d|[1-9]\d*)$/.exec(text)?.[1];
  return minor === undefined ? { value: undefined, problem: 'must be "latest" or "v1.x"' } : { value: Number(minor) };
}
