import type { ResourceSpec } from '../check-spec.ts';
import { findMismatches } from '../match.ts';
import type { DrillRecord } from '../ports.ts';
import { readPath } from '../read-path.ts';
import type { Evidence } from '../report.ts';
import { failed, passed, type Verdict } from '../verdict.ts';

/** An object is at the end of the drill as it is described. */
export async function judgeEndsAs(wanted: Omit<ResourceSpec, 'within'>, { after }: DrillRecord): Promise<Verdict> {
  const subject = `${wanted.resource} ${wanted.name}`;
  const object = await after.get(wanted.resource, wanted.namespace, wanted.name);
  if (!object) return failed(`At the end there was no ${subject}.`);
  const mismatches = findMismatches(object, wanted.match);
  if (mismatches.length === 0) return passed(`${subject} ended as expected.`);
  const told = mismatches.map(({ path, expected, found }) => `${path} should have been ${expected}, found ${found}`);
  return failed(`${subject} ended otherwise: ${told.join('; ')}.`, conditionsOf(object, subject));
}

/** What the object itself says about how it went. */
function conditionsOf(object: unknown, subject: string): Evidence[] {
  const conditions = readPath(object, 'status.conditions');
  if (!Array.isArray(conditions)) return [];
  return (conditions as Record<string, string>[]).map(({ type = '', status = '', reason = '', message = '' }) => ({
    kind: 'object',
    object: subject,
    text: `${type}=${status} ${reason}: ${message}`,
  }));
}
