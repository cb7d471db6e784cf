import type { DrillRecord } from '../ports.ts';
import { failed, passed, type Verdict } from '../verdict.ts';
import { requestEvidence } from './request-evidence.ts';

/** Requests like these reached idle pods of the images, and never a pod that served customers. */
export function judgeOnlyIdle(wanted: { matching: string; images: string[] }, record: DrillRecord): Verdict {
  const pattern = new RegExp(wanted.matching);
  const intrusive = record.requests.filter(({ method, target }) => pattern.test(`${method} ${target}`));
  const onProduction = intrusive.filter(({ servedCustomers }) => servedCustomers);
  if (onProduction.length > 0) {
    return failed(
      `${onProduction.length} intrusive requests hit pods that were serving customers.`,
      onProduction.slice(0, 3).map(requestEvidence),
    );
  }
  const onIdle = intrusive.filter(({ pod }) => wanted.images.includes(pod.image));
  if (onIdle.length === 0)
    return failed(`No intrusive request reached the idle pods of ${wanted.images.join(', ')}: the release was not tested.`);
  return passed(`${onIdle.length} intrusive requests reached idle pods, none reached production.`, onIdle.slice(0, 1).map(requestEvidence));
}
