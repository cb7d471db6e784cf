import type { AnalysisRunStatus } from '../../../kube/types/rollouts.ts';
import { equalJson } from '../../../system/json.ts';

const TIMES: ReadonlySet<string> = new Set(['startedAt', 'finishedAt', 'completedAt', 'resumeAt']);

/**
 * The merge patch that turns one status into another, undefined when they are stored alike. Times are stored in whole seconds;
 * zeros and empty texts and lists are not stored, except phases. Models analysis/sync.go persistAnalysisRunStatus.
 */
export function statusPatch(before: AnalysisRunStatus | undefined, after: AnalysisRunStatus): Record<string, unknown> | undefined {
  const changes = difference(stored(before ?? {}), stored(after));
  return Object.keys(changes).length > 0 ? { status: changes } : undefined;
}

/** Every status has a phase and a summary, if only empty ones. */
function stored(status: object): Record<string, unknown> {
  return { phase: '', runSummary: {}, ...(withoutZeros(status) as object) };
}

function withoutZeros(value: unknown, key = ''): unknown {
  if (TIMES.has(key)) return String(value).replace(/\.\d+Z$/, 'Z');
  if (Array.isArray(value)) return value.map((item) => withoutZeros(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, item]) => name === 'phase' || !isZero(name, item));
  return Object.fromEntries(entries.map(([name, item]) => [name, withoutZeros(item, name)]));
}

function isZero(name: string, value: unknown): boolean {
  if (value === undefined || value === 0 || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return name === 'metadata' && Object.keys(value as object).length === 0;
}

/** Summaries are merged key by key, lists replaced. */
function difference(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, value] = [before[key], after[key]];
    if (equalJson(old, value)) continue;
    const isMerged = isObject(old) && isObject(value);
    changes[key] = value === undefined ? null : isMerged ? difference(old, value) : value;
  }
  return changes;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
