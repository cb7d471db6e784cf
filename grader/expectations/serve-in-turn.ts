import type { DrillRecord } from '../ports.ts';
import { failed, passed, type Verdict } from '../verdict.ts';
import { imagesInTurn } from './answers.ts';

/** These images served customers one after the other, each after the one before it, whatever served in between. */
export function judgeServeInTurn({ images }: { images: string[] }, record: DrillRecord): Verdict {
  const served = imagesInTurn(record);
  let next = 0;
  for (const image of served) if (image === images[next]) next++;
  if (next === images.length) return passed(`Customers met ${images.join(', ')}, in this order.`);
  return failed(`Customers should have met ${images.join(', ')} in this order, but met ${served.join(', ') || 'nobody'}.`);
}
