import type { Pod, PodDisruptionBudget } from '../../../kube/types/core.ts';
import type { Clock } from '../../../system/clock.ts';
import { cloneJson } from '../../../system/json.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { ApiError, forbidden, notFound, tooManyRequests } from '../../api/api-error.ts';
import type { ApiClient, ClientDeleteOptions } from '../../api/client.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import { isPodReady } from '../pod-state.ts';
import { withAllowedCondition } from './budget-status.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
const REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget.";

export interface EvictionRequest {
  namespace: string;
  pod: string;
  deleteOptions?: ClientDeleteOptions;
  /** Checks everything and changes nothing. */
  isDryRun?: boolean;
}

/**
 * Evicts a pod, of policy/v1 and policy/v1beta1 alike: its disruption budget is asked and charged, the pod is marked as the
 * target of a disruption, and deleted. Throws 404 for a pod that is not there, 429 when the budget forbids it, 500 when several
 * budgets apply. Models registry/core/pod/storage/eviction.go.
 */
export function evictPod(
  api: ApiClient,
  clock: Clock,
  { namespace, pod: name, deleteOptions = {}, isDryRun = false }: EvictionRequest,
): void {
  const pod = api.get<Pod>('pods', namespace, name);
  if (!pod) throw notFound({ plural: 'pods', group: '', name });
  if (!isPastProtection(pod)) chargeBudget(api, clock, pod, isDryRun);
  if (isDryRun) return;
  markAsTarget(api, clock, pod);
  api.delete('pods', namespace, name, deleteOptions);
}

/** Pods that serve nobody any more, or not yet, are not protected. */
function isPastProtection({ status, metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? 'Pending');
}

function chargeBudget(api: ApiClient, clock: Clock, pod: Pod, isDryRun: boolean): void {
  const budgets = api
    .list<PodDisruptionBudget>(BUDGETS, { namespace: pod.metadata.namespace! })
    .filter(({ spec }) => spec.selector && matchesLabelSelector(spec.selector, pod.metadata.labels ?? {}));
  if (budgets.length > 1) throw severalBudgets();
  const [budget] = budgets;
  if (!budget || mayGoUnhealthy(pod, budget)) return;
  refuseIfExhausted(budget);
  if (!isDryRun) charge(api, clock, budget, pod);
}

/** An unready pod may go without a charge where the budget's policy for unhealthy pods says so. */
function mayGoUnhealthy(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (isPodReady(pod)) return false;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return status !== undefined && status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

function refuseIfExhausted({ metadata, status }: PodDisruptionBudget): void {
  const { name, generation = 0 } = metadata;
  if ((status?.observedGeneration ?? 0) < generation) {
    throw tooManyRequests(REFUSAL, {
      causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${name} is still being processed by the server.` }],
      retryAfterSeconds: 10,
    });
  }
  const { disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = status ?? {};
  if (disruptionsAllowed < 0) {
    throw forbidden({ plural: 'poddisruptionbudget', group: 'policy', name }, 'pdb disruptions allowed is negative');
  }
  if (disruptionsAllowed > 0) return;
  const message = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  throw tooManyRequests(REFUSAL, { causes: [{ reason: 'DisruptionBudget', message }] });
}

/** Notes the eviction on the budget, so that the next one sees it before the pod is gone. */
function charge(api: ApiClient, clock: Clock, budget: PodDisruptionBudget, pod: Pod): void {
  const draft = cloneJson(budget);
  const status = draft.status!;
  status.disruptionsAllowed -= 1;
  status.disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: toSecondsTimestamp(clock.now()) };
  draft.status = status.disruptionsAllowed === 0 ? withAllowedCondition(status, clock.now()) : status;
  api.update(BUDGETS, draft, 'status');
}

function markAsTarget(api: ApiClient, clock: Clock, pod: Pod): void {
  const draft = cloneJson(pod);
  const others = (draft.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  const condition = {
    type: 'DisruptionTarget',
    status: 'True' as const,
    lastProbeTime: null,
    lastTransitionTime: toSecondsTimestamp(clock.now()),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  draft.status = { ...draft.status, conditions: [...others, condition] };
  api.update('pods', draft, 'status');
}

function severalBudgets(): ApiError {
  return new ApiError(
    500,
    'InternalError',
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  );
}
