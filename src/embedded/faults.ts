import type { NetworkErrorCode, NetworkOrigin } from './network/http.ts';

/** How a command of an image fails when a drill breaks it. */
export type CommandFault =
  /** Never ends by itself. */
  | { kind: 'hang' }
  /** Prints to standard error and exits. */
  | { kind: 'exit'; code: number; stderr: string };

/**
 * What a drill has broken in its copy of the cluster; nothing is in a cluster that nobody breaks. Read anew at every use,
 * so that a fault takes effect at once and can be taken back.
 */
export interface Faults {
  /** Images that cannot be pulled, whatever the catalog says. */
  isUnpullable(reference: string): boolean;
  /** Fails a request before it reaches the pod; undefined lets it through. */
  blocks(from: NetworkOrigin, to: { namespace: string; pod: string }): NetworkErrorCode | undefined;
  /** Breaks a program, such as `nuclei`, in every container that runs it. */
  commandFault(command: string, container: { namespace: string; pod: string; image: string }): CommandFault | undefined;
  /** How long a changed Service selector takes to reach clients, in milliseconds; undefined is the cluster's usual second. */
  endpointDelayMs: number | undefined;
}

export const NO_FAULTS: Faults = {
  isUnpullable: () => false,
  blocks: () => undefined,
  commandFault: () => undefined,
  endpointDelayMs: undefined,
};
