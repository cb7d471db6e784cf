import { randomUUID } from 'node:crypto';
import type { ConfigMap } from '../kube/types/core.ts';
import type { Clock } from '../system/clock.ts';
import { builtinRules } from './admission/builtin-rules.ts';
import type { KindRules } from './admission/kind-rules.ts';
import { Authenticator } from './api/access/authenticator.ts';
import { ServiceAccountTokens } from './api/access/service-account-tokens.ts';
import { definitionDeletion } from './api/custom-resources/definition-deletion.ts';
import { CUSTOM_RESOURCE_DEFINITIONS } from './api/custom-resources/custom-resource-definition.ts';
import { assembleControlPlane, type AssembledControlPlane, type ControlPlaneParts } from './assemble-control-plane.ts';
import { seedObjects } from './bootstrap/seed-objects.ts';
import { ClusterCore } from './cluster-core.ts';
import { NO_FAULTS, type Faults } from './faults.ts';
import type { CannotSimulate } from './kubelet/cannot-simulate.ts';
import { ApiHandler } from './http/api-handler.ts';
import type { OpenApiSchemas } from './http/openapi.ts';
import type { VirtualNetwork } from './network/http.ts';
import type { ImageCatalog } from './programs/image.ts';
import { schemaForBuiltIn } from './schema/built-in-schema.ts';
import type { SandboxPool } from './shell/container-process.ts';
import type { Journal } from './store/journal.ts';
import type { StoreLog } from './store/store-log.ts';
import type { Store, StoreSnapshot } from './store/store.ts';

export interface EmbeddedClusterOptions {
  clock: Clock;
  /** The state to begin with; a cluster without one begins with what every cluster has. */
  snapshot?: StoreSnapshot;
  /** Keeps every write; its content must be the snapshot's. */
  log?: StoreLog;
  journal?: Journal;
  /** Bearer token of the administrator; without one nobody is. */
  adminToken?: string;
  /** Signs service account tokens; a cluster that is to honour tokens from before needs the same one again. */
  signingKey?: string;
  /** The cluster's CA certificate; that of the snapshot unless given. */
  caPem?: string;
  nodeName?: string;
  faults?: Faults;
  images?: ImageCatalog;
  /** Where the commands of containers run; without it, none does. */
  sandboxes?: SandboxPool;
  /** Hears of what a container needed and the sandbox does not model. */
  onCannotSimulate?: (problem: CannotSimulate) => void;
  /** Puts together what acts by itself; the whole control plane unless given. */
  assemble?: (parts: ControlPlaneParts) => AssembledControlPlane;
  /** Hears of errors inside the server that nobody expected. */
  onUnexpected?: (error: unknown) => void;
}

/** The name of the one node, as kind would call it. */
export const NODE_NAME = 'lab-control-plane';

const RULES: Readonly<Record<string, KindRules>> = {
  ...builtinRules,
  [CUSTOM_RESOURCE_DEFINITIONS]: { ...builtinRules[CUSTOM_RESOURCE_DEFINITIONS], ...(definitionDeletion as KindRules) },
};

/** A whole cluster: state, API, and everything that acts by itself. */
export class EmbeddedCluster {
  readonly core: ClusterCore;
  readonly handler: ApiHandler;
  readonly tokens: ServiceAccountTokens;
  /** The network between its pods. */
  readonly network: VirtualNetwork;
  readonly #controlPlane: AssembledControlPlane;
  #isRunning = false;

  /** Builds a cluster, and puts into it what every cluster has and this one lacks. Nothing acts before `start`. */
  static create(options: EmbeddedClusterOptions): EmbeddedCluster {
    return new EmbeddedCluster(options);
  }

  private constructor(options: EmbeddedClusterOptions) {
    const { clock, snapshot, log, journal, nodeName = NODE_NAME, faults = NO_FAULTS, images, onUnexpected } = options;
    this.core = new ClusterCore({
      clock,
      rules: RULES,
      schemaOf: schemaForBuiltIn,
      ...(snapshot && { snapshot }),
      ...(log && { log }),
      ...(journal && { journal }),
    });
    const { store, registry } = this.core;
    seedObjects(this.core, { nodeName });
    const assemble = options.assemble ?? assembleControlPlane;
    this.#controlPlane = assemble({
      plane: this.core,
      registry,
      caPem: options.caPem ?? caOf(store),
      nodeName,
      faults,
      images,
    });
    this.network = this.#controlPlane.network!;
    this.tokens = new ServiceAccountTokens({ signingKey: options.signingKey ?? randomUUID(), store, clock });
    this.handler = new ApiHandler({
      store,
      clock,
      registry,
      writes: this.core.writes,
      authenticator: new Authenticator({ adminToken: options.adminToken, tokens: this.tokens }),
      authorizer: this.core.authorizer,
      tokens: this.tokens,
      clientFor: (caller) => this.core.clientFor(caller),
      openApiSchemas: this.#openApiSchemas,
      logs: this.#controlPlane.logs,
      ...(onUnexpected && { onUnexpected }),
    });
  }

  /** Starts everything that acts by itself; it goes on from whatever state there is. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const controller of this.#controlPlane.controllers) controller.start();
  }

  /** Stops what acts by itself; the API goes on answering. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    for (const controller of [...this.#controlPlane.controllers].reverse()) controller.stop();
  }

  snapshot(): StoreSnapshot {
    return this.core.store.snapshot();
  }

  readonly #openApiSchemas: OpenApiSchemas = (group, version) => this.core.customResources.openApiSchemas(group, version);
}

/** The CA certificate that the state's namespaces were given. */
function caOf(store: Store): string {
  const published = store.list('configmaps').find(({ metadata }) => metadata.name === 'kube-root-ca.crt') as ConfigMap | undefined;
  return published?.data?.['ca.crt'] ?? '';
}
