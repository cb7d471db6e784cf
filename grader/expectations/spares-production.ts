import type { DrillRecord } from '../ports.ts';
import { failed, passed, type Verdict } from '../verdict.ts';
import { requestEvidence } from './request-evidence.ts';

/** Requests like these never reached a pod that served customers. */
export function judgeSparesProduction({ matching }: { matching: string }, { requests }: DrillRecord): Verdict {
  const pattern = new RegExp(matching);
  const harmful = requests.filter(({ method, target, servedCustomers }) => servedCustomers && pattern.test(`${method} ${target}`));
  if (harmful.length === 0) return passed('No such request reached a pod that was serving customers.');
  const times = harmful.length === 1 ? 'One intrusive request hit a pod' : `${harmful.length} intrusive requests hit pods`;
  return failed(`${times} that served customers.`, harmful.slice(0, 3).map(requestEvidence));
}
