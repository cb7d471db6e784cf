import type { Metric, TemplateArgument } from '../../../kube/types/rollouts.ts';
import { AnalysisProblem } from './analysis-problem.ts';

/** Control characters that Go writes into a string in a way that JSON does not know, and the letter that JSON then stumbles over. */
const UNREADABLE_ESCAPES: readonly [RegExp, string][] = [
  [/\u0007/, 'a'],

  [/\u000b/, 'v'],

  [/[\u0000-\u0006\u000e-\u001f\u007f]/, 'x'],
];

/**
 * The metric with every `{{args.x}}` replaced, wherever in it. Models utils/analysis ResolveMetricArgs.
 * Throws an AnalysisProblem for a tag that no argument answers, and for any argument without a value, whether used or not.
 */
export function resolveMetric(metric: Metric, args: readonly TemplateArgument[]): Metric {
  return JSON.parse(replaceTags(JSON.stringify(metric), valuesByTag(args))) as Metric;
}

function valuesByTag(args: readonly TemplateArgument[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of args) {
    if (value === undefined) throw new AnalysisProblem(`argument "${name}" was not supplied`);
    values.set(`args.${name}`, quoted(value));
  }
  return values;
}

function quoted(value: string): string {
  for (const [pattern, letter] of UNREADABLE_ESCAPES) {
    if (pattern.test(value)) throw new AnalysisProblem(`invalid character '${letter}' in string escape code`);
  }
  return JSON.stringify(value).slice(1, -1);
}

/** Of several tags without an answer the last is complained about. */
function replaceTags(json: string, values: ReadonlyMap<string, string>): string {
  let unresolved: string | undefined;
  const replaced = json.replace(/\{\{(.*?)\}\}/gs, (_, tag: string) => {
    const value = values.get(tag.trim());
    if (value === undefined) unresolved = tag;
    return value ?? '';
  });
  if (unresolved !== undefined) throw new AnalysisProblem(`failed to resolve {{${unresolved}}}`);
  return replaced;
}
