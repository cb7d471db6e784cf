import { lookForResource } from '../checks/judge-resource.ts';
import type { ResourceSpec } from '../check-spec.ts';
import type { DrillRecord } from '../ports.ts';
import type { Verdict } from '../verdict.ts';

/** An object of the copy, as it is at the end of the drill, has these fields. */
export async function judgeMatchesAtEnd(wanted: Omit<ResourceSpec, 'within'>, { after }: DrillRecord): Promise<Verdict> {
  return lookForResource(wanted, after);
}
