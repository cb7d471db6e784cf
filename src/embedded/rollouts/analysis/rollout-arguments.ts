import type { AnalysisRunArgument, Rollout, TemplateArgument } from '../../../kube/types/rollouts.ts';
import { AnalysisProblem } from './analysis-problem.ts';
import { formatFloat } from './go-numbers.ts';

/** What the arguments of a Rollout may be taken from. */
export interface ArgumentSources {
  rollout: Rollout;
  stableHash: string;
  newHash: string;
}

/** The values that a Rollout gives to an analysis; an argument without any is "". Models utils/analysis BuildArgumentsForRolloutAnalysisRun. */
export function resolveRolloutArgs(args: readonly AnalysisRunArgument[], sources: ArgumentSources): TemplateArgument[] {
  const { resolved, problem } = resolveLeniently(args, sources);
  if (problem) throw problem;
  return resolved;
}

/** As validation does it: a path that leads nowhere gives "" and the last of them a problem; one into the metadata gives no arguments at all. */
export function resolveLeniently(
  args: readonly AnalysisRunArgument[],
  sources: ArgumentSources,
): { resolved: TemplateArgument[]; problem?: AnalysisProblem } {
  const resolved: TemplateArgument[] = [];
  let problem: AnalysisProblem | undefined;
  for (const { name, value: literal, valueFrom } of args) {
    let value = literal ?? '';
    const fieldPath = valueFrom?.fieldRef?.fieldPath;
    if (valueFrom?.podTemplateHashValue) {
      value = { Latest: sources.newHash, Stable: sources.stableHash }[valueFrom.podTemplateHashValue];
    } else if (fieldPath !== undefined) {
      const found = attempt(() => valueAt(sources.rollout, fieldPath));
      problem = found.problem;
      value = found.value ?? '';
      if (problem && fieldPath.startsWith('metadata')) return { resolved: [], problem };
    }
    resolved.push({ name, value });
  }
  return { resolved, ...(problem && { problem }) };
}

function attempt(read: () => string): { value?: string; problem?: AnalysisProblem } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof AnalysisProblem) return { problem: error };
    throw error;
  }
}

function valueAt(rollout: Rollout, fieldPath: string): string {
  return fieldPath.startsWith('metadata') ? metadataAt(rollout, fieldPath) : primitiveAt(rollout, fieldPath);
}

/** Models k8s.io/kubernetes/pkg/fieldpath, of which only names, uid, labels and annotations are known. */
function metadataAt({ metadata }: Rollout, fieldPath: string): string {
  const [, path, key] = /^(.+?)\['(.*)'\]$/s.exec(fieldPath) ?? [];
  if (path === 'metadata.annotations') return metadata.annotations?.[key!] ?? '';
  if (path === 'metadata.labels') return metadata.labels?.[key!] ?? '';
  if (path !== undefined) throw new AnalysisProblem(`fieldPath "${fieldPath}" does not support subscript`);
  switch (fieldPath) {
    case 'metadata.annotations':
      return lines(metadata.annotations);
    case 'metadata.labels':
      return lines(metadata.labels);
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    default:
      throw new AnalysisProblem(`unsupported fieldPath: ${fieldPath}`);
  }
}

function lines(map: Record<string, string> = {}): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}

function primitiveAt(rollout: Rollout, path: string): string {
  let value: unknown = rollout;
  for (const section of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (Array.isArray(value)) {
      if (!/^[+-]?\d+$/.test(section)) throw new AnalysisProblem(`invalid index '${section}'`);
      const index = Number(section);
      if (index >= value.length) throw new AnalysisProblem(`index ${index} out of range`);
      value = value[index];
    } else if (typeof value === 'object' && value !== null) {
      value = Object.hasOwn(value, section) ? (value as Record<string, unknown>)[section] : undefined;
    } else {
      throw new AnalysisProblem(`invalid path ${path} in rollout`);
    }
  }
  if (value === undefined || value === null) throw new AnalysisProblem(`invalid path ${path} in rollout`);
  if (typeof value === 'number') return formatFloat(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  throw new AnalysisProblem(`path ${path} in rollout must terminate in a primitive value`);
}
