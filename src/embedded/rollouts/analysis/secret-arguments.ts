import type { Secret } from '../../../kube/types/core.ts';
import type { TemplateArgument } from '../../../kube/types/rollouts.ts';
import type { ApiClient } from '../../api/client.ts';
import { AnalysisProblem } from './analysis-problem.ts';

/** Stands for a secret value wherever only the form of a metric matters. */
const STAND_IN = 'temp-for-secret';
const REDACTED = '*****';

/** The arguments with a stand-in for every value that is to come from a Secret. */
export function withoutSecrets(args: readonly TemplateArgument[]): TemplateArgument[] {
  return args.map((arg) => (arg.valueFrom?.secretKeyRef ? { name: arg.name, value: STAND_IN } : arg));
}

/** The arguments with values from Secrets, which win over any other, and those values. Throws an AnalysisProblem for a missing Secret or key. */
export function withSecrets(
  api: ApiClient,
  namespace: string,
  args: readonly TemplateArgument[],
): { args: TemplateArgument[]; secrets: Set<string> } {
  const secrets = new Set<string>();
  const resolved = args.map((arg): TemplateArgument => {
    const reference = arg.valueFrom?.secretKeyRef;
    if (!reference) return arg;
    const value = readSecret(api, namespace, reference);
    secrets.add(value);
    return { ...arg, value };
  });
  return { args: resolved, secrets };
}

function readSecret(api: ApiClient, namespace: string, { name, key }: { name: string; key: string }): string {
  const secret = api.get<Secret>('secrets', namespace, name);
  if (!secret) throw new AnalysisProblem(`secrets "${name}" not found`);
  const encoded = secret.data?.[key];
  if (encoded === undefined) throw new AnalysisProblem(`key '${key}' does not exist in secret '${name}'`);
  return Buffer.from(encoded, 'base64').toString('utf8');
}

/** The text with every secret in it made unreadable. */
export function redact(text: string, secrets: Iterable<string>): string {
  let redacted = text;
  for (const secret of secrets) if (secret !== '') redacted = redacted.replaceAll(secret, REDACTED);
  return redacted;
}
