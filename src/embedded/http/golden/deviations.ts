/** A recorded answer that the embedded server gives in another way, and why. */
export interface Deviation {
  reason: string;
  /** The status that it answers with, where it is another one. */
  status?: number;
}

const VERSION: Deviation = { reason: 'the server says what it is built from' };
const BINDING_ORDER: Deviation = { reason: 'two bindings allow it; the real server asks them in no particular order' };
const DROPPED_OWNERS: Deviation = {
  reason: 'the real server loses managedFields when versions of a custom kind are mixed; here they are kept',
};

/** By the name of the request. */
export const DEVIATIONS: Record<string, Deviation> = {
  'system:serviceaccount:api-golden:bob: version': VERSION,
  'custom status': DROPPED_OWNERS,
  'custom patch that changes nothing': DROPPED_OWNERS,
};

/** Answers that may or may not be the recorded ones. */
export const UNSETTLED: Record<string, Deviation> = {
  'system:serviceaccount:api-golden:bob: may I see health': BINDING_ORDER,
};
