import { controlPlane } from '../api/caller.ts';

/** Who all controllers of Argo Rollouts are. */
export const ROLLOUTS_ACCOUNT = controlPlane('system:serviceaccount:argo-rollouts:argo-rollouts', 'rollouts-controller');
/** The source of their events. */
export const EVENT_SOURCE = 'rollouts-controller';
/** How often they look at everything again, whatever happened. */
export const RESYNC_MS = 900_000;
/** As they retry a failed pass. */
export const RETRY = { baseMs: 1, maxMs: 10_000 };
