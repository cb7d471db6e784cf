import type { DrillRecord } from '../ports.ts';
import { failed, passed, type Verdict } from '../verdict.ts';
import { hitProduction, requestEvidence } from './request-evidence.ts';

/** Requests like these reached idle pods of the images, and never a pod that served customers. */
export function judgeOnlyIdle(wanted: { matching: string; images: string[] }, record: DrillRecord): Verdict {
  const pattern = new RegExp(wanted.matching);
  const intrusive = record.requests.filter(({ method, target }) => pattern.test(`${method} ${target}`));
  const onProduction = intrusive.filter(({ servedCustomers }) => servedCustomers);
  if (onProduction.length > 0) return hitProduction(onProduction, record);
  const onIdle = intrusive.filter(({ pod }) => wanted.images.includes(pod.image));
  if (onIdle.length === 0)
    return failed(`The idle pods of ${wanted.images.join(', ')} were not tested: ${whatReached(wanted.images, record)}.`);
  return passed(`${onIdle.length} intrusive requests reached idle pods, none reached production.`, onIdle.slice(0, 1).map(requestEvidence));
}

/** What came to the idle pods instead of a test. */
function whatReached(images: string[], { requests }: DrillRecord): string {
  const others = requests.filter(({ pod, servedCustomers }) => !servedCustomers && images.includes(pod.image));
  if (others.length === 0) return 'no request reached them at all';
  return others.length === 1
    ? 'the one request that reached them was not intrusive'
    : `none of ${others.length} requests that reached them was intrusive`;
}
