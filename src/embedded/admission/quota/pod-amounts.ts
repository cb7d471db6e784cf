import type { Container, PodSpec } from '../../../kube/types/core.ts';
import { add, larger, quantitiesOf, type Quantities } from '../../schema/amounts.ts';

/** What a pod asks for or is limited to: its containers together with its sidecars, or its most demanding init container. Models resource helpers PodRequests and PodLimits. */
export function podAmounts(spec: PodSpec, kind: 'requests' | 'limits'): Quantities {
  let total: Quantities = new Map();
  let sidecars: Quantities = new Map();
  let initPeak: Quantities = new Map();
  for (const container of spec.containers) total = add(total, amountsOf(container, kind));
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container, kind);
    if (container.restartPolicy === 'Always') {
      total = add(total, own);
      sidecars = add(sidecars, own);
      initPeak = larger(initPeak, sidecars);
    } else initPeak = larger(initPeak, add(own, sidecars));
  }
  const ofPod = quantitiesOf((spec['resources'] as Container['resources'])?.[kind]);
  return new Map([...larger(total, initPeak), ...ofPod]);
}

function amountsOf({ resources }: Container, kind: 'requests' | 'limits'): Quantities {
  return quantitiesOf(resources?.[kind]);
}
