import type { AttachedPod } from './attached-pod.ts';
import type { NetworkOrigin } from './http.ts';
import type { Target } from './programmed-service.ts';

/** What may be connected with what; what may not is dropped silently. */
export interface ConnectionPolicy {
  /** Whether a connection may be opened to an address, which a pod may have. */
  allows(from: NetworkOrigin, to: Target, pod: AttachedPod | undefined): boolean;
  /** Whether somebody's questions reach cluster DNS. */
  allowsLookup(from: NetworkOrigin): boolean;
}

export const EVERYTHING_ALLOWED: ConnectionPolicy = { allows: () => true, allowsLookup: () => true };
