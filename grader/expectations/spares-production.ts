import type { DrillRecord } from '../ports.ts';
import { passed, type Verdict } from '../verdict.ts';
import { hitProduction } from './request-evidence.ts';

/** Requests like these never reached a pod that served customers. */
export function judgeSparesProduction({ matching }: { matching: string }, record: DrillRecord): Verdict {
  const pattern = new RegExp(matching);
  const harmful = record.requests.filter(({ method, target, servedCustomers }) => servedCustomers && pattern.test(`${method} ${target}`));
  return harmful.length > 0 ? hitProduction(harmful, record) : passed('No such request reached a pod that was serving customers.');
}
