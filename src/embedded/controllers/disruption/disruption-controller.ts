import type { Pod, PodDisruptionBudget } from '../../../kube/types/core.ts';
import { cloneJson, equalJson } from '../../../system/json.ts';
import { formatLabelSelector, matchesLabelSelector } from '../../api/selectors.ts';
import type { StoreEvent } from '../../store/store.ts';
import { keyOf, managerAccount, splitKey, type ControlPlane } from '../control-plane.ts';
import { isPodReady } from '../pod-state.ts';
import { ReconcilingController } from '../reconciling-controller.ts';
import { failedStatus, withAllowedCondition, type BudgetStatus } from './budget-status.ts';
import { expectedPods, type Expectation } from './expected-pods.ts';

const RESOURCE = 'poddisruptionbudgets.policy';
/** How long an evicted pod counts as gone before it really is. */
const DELETION_TIMEOUT_MS = 120_000;

/** Keeps the status of PodDisruptionBudgets, by which evictions are allowed or refused. Models pkg/controller/disruption. */
export class DisruptionController extends ReconcilingController {
  readonly #events = this.recorderFor('controllermanager');

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: managerAccount('disruption-controller'),
      primary: RESOURCE,
      watches: {
        pods: (event) => this.#budgetsFor(event),
        'replicasets.apps': (event) => this.#relativeBudgets(event),
        'deployments.apps': (event) => this.#relativeBudgets(event),
      },
    });
  }

  #budgetsFor({ object, previous }: StoreEvent): string[] {
    const labelSets = [object.metadata.labels ?? {}, previous?.metadata.labels ?? {}];
    return this.#budgetsIn(object.metadata.namespace!)
      .filter((budget) => labelSets.some((labels) => selects(budget, labels)))
      .map(keyOf);
  }

  /** Budgets relative to the size of a workload change when that does. */
  #relativeBudgets({ object, previous }: StoreEvent): string[] {
    if (previous?.metadata.generation === object.metadata.generation) return [];
    return this.#budgetsIn(object.metadata.namespace!).map(keyOf);
  }

  #budgetsIn(namespace: string): PodDisruptionBudget[] {
    return this.api.list<PodDisruptionBudget>(RESOURCE, { namespace });
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const budget = this.api.get<PodDisruptionBudget>(RESOURCE, namespace, name);
    if (!budget) return;
    const pods = this.api.list<Pod>('pods', { namespace }).filter(({ metadata }) => selects(budget, metadata.labels ?? {}));
    if (pods.length === 0) this.#events.record(budget, 'Normal', 'NoPods', 'No matching pods found');
    const expectation = this.#expect(budget, pods);
    if (typeof expectation === 'string') {
      this.#write(budget, failedStatus(budget.status ?? EMPTY, expectation, this.clock.now()));
      return;
    }
    const disrupted = this.#stillDisrupted(key, budget, pods);
    this.#write(budget, this.#statusOf(budget, pods, expectation, disrupted));
  }

  /** The expectation, or why there is none. */
  #expect(budget: PodDisruptionBudget, pods: readonly Pod[]): Expectation | string {
    try {
      const expectation = expectedPods(this.api, budget, pods);
      if (expectation.unmanaged.length > 0) this.#tellUnmanaged(budget);
      return expectation;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#events.record(
        budget,
        'Warning',
        'CalculateExpectedPodCountFailed',
        `Failed to calculate the number of expected pods: ${error.message}`,
      );
      return error.message;
    }
  }

  #tellUnmanaged(budget: PodDisruptionBudget): void {
    const message =
      `Pods selected by this PodDisruptionBudget (selector: ${formatLabelSelector(budget.spec.selector)}) were found to be unmanaged. ` +
      'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
      'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
    this.#events.record(budget, 'Warning', 'UnmanagedPods', message);
  }

  /** Evicted pods that are not being deleted yet; looked at again when their time is over. */
  #stillDisrupted(key: string, { status }: PodDisruptionBudget, pods: readonly Pod[]): Record<string, string> {
    const disrupted: Record<string, string> = {};
    for (const { metadata } of pods) {
      const since = status?.disruptedPods?.[metadata.name];
      if (since === undefined || metadata.deletionTimestamp) continue;
      const remainingMs = Date.parse(since) + DELETION_TIMEOUT_MS - this.clock.now();
      if (remainingMs <= 0) continue;
      disrupted[metadata.name] = since;
      this.enqueueAfter(key, remainingMs);
    }
    return disrupted;
  }

  #statusOf(
    { metadata, status }: PodDisruptionBudget,
    pods: readonly Pod[],
    { expectedPods: expected, desiredHealthy }: Expectation,
    disruptedPods: Record<string, string>,
  ): BudgetStatus {
    const isHealthy = (pod: Pod): boolean =>
      !pod.metadata.deletionTimestamp && disruptedPods[pod.metadata.name] === undefined && isPodReady(pod);
    const currentHealthy = pods.filter(isHealthy).length;
    const disruptionsAllowed = expected > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
    const counted: BudgetStatus = {
      currentHealthy,
      desiredHealthy,
      expectedPods: expected,
      disruptionsAllowed,
      ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
      observedGeneration: metadata.generation ?? 0,
      ...(status?.conditions && { conditions: status.conditions }),
    };
    return withAllowedCondition(counted, this.clock.now());
  }

  #write(budget: PodDisruptionBudget, status: BudgetStatus): void {
    if (!equalJson(status, budget.status)) this.api.update(RESOURCE, { ...cloneJson(budget), status }, 'status');
  }
}

const EMPTY: BudgetStatus = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptionsAllowed: 0 };

/** A budget without a selector selects nothing; one with an empty selector selects everything. */
function selects({ spec }: PodDisruptionBudget, labels: Readonly<Record<string, string>>): boolean {
  return spec.selector !== undefined && matchesLabelSelector(spec.selector, labels);
}
