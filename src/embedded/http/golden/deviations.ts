/** A recorded answer that the embedded server gives in another way, and why. */
export interface Deviation {
  reason: string;
  /** The status that it answers with, where it is another one. */
  status?: number;
}

/** By the name of the request. */
export const DEVIATIONS: Record<string, Deviation> = {};
