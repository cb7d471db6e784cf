import type { Cancel } from '../../../system/clock.ts';
import { equalJson } from '../../../system/json.ts';
import type { Controller, ControlPlane } from '../../controllers/control-plane.ts';
import { WorkQueue } from '../../controllers/work-queue.ts';
import { controlPlane } from '../caller.ts';
import type { ApiClient } from '../client.ts';
import { matchesLabelSelector } from '../selectors.ts';
import type { PolicyRule } from './policy-rule.ts';
import type { Role } from './role-bindings.ts';

const CLUSTER_ROLES = 'clusterroles.rbac.authorization.k8s.io';

/** Keeps the rules of ClusterRoles with an aggregationRule equal to the union of those that it selects. Models pkg/controller/clusterroleaggregation. */
export class ClusterRoleAggregation implements Controller {
  readonly #plane: ControlPlane;
  readonly #client: ApiClient;
  readonly #queue: WorkQueue;
  #cancelWatch: Cancel | undefined;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#client = plane.clientFor(
      controlPlane('system:serviceaccount:kube-system:clusterrole-aggregation-controller', 'kube-controller-manager/v1.34.4'),
    );
    this.#queue = new WorkQueue({ clock: plane.clock, reconcile: (name) => this.#reconcile(name) });
  }

  start(): void {
    this.#cancelWatch = this.#plane.watch(({ resource }) => {
      if (resource === CLUSTER_ROLES) this.#addAggregated();
    });
    this.#addAggregated();
  }

  stop(): void {
    this.#cancelWatch?.();
    this.#queue.stop();
  }

  #addAggregated(): void {
    for (const role of this.#client.list<Role>(CLUSTER_ROLES)) if (role.aggregationRule) this.#queue.add(role.metadata.name);
  }

  #reconcile(name: string): void {
    const role = this.#client.get<Role>(CLUSTER_ROLES, undefined, name);
    if (!role?.aggregationRule) return;
    const rules = aggregatedRules(role, this.#client.list<Role>(CLUSTER_ROLES));
    if (!equalJson(rules, role.rules ?? [])) this.#client.patch(CLUSTER_ROLES, undefined, name, { type: 'merge', body: { rules } });
  }
}

/** The rules that a role's aggregationRule gathers: of the selected roles by name, each rule once. */
export function aggregatedRules(role: Role, all: readonly Role[]): PolicyRule[] {
  const rules: PolicyRule[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selected = all.filter(
      ({ metadata }) => metadata.name !== role.metadata.name && matchesLabelSelector(selector, metadata.labels ?? {}),
    );
    for (const { rules: found = [] } of selected.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
      for (const rule of found) if (!rules.some((known) => equalJson(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
