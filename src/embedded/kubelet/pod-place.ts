import type { NetworkOrigin } from '../network/http.ts';

/** Where a container runs, as the network and the faults of a drill know it. */
export interface PodPlace {
  namespace: string;
  pod: string;
  ip: string;
  /** The image as the pod's spec names it. */
  image: string;
}

/** The place as the origin of requests. */
export function originOf({ namespace, pod, ip }: PodPlace): NetworkOrigin {
  return { kind: 'pod', namespace, pod, ip };
}
