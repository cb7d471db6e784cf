import { randomUUID } from 'node:crypto';
import type { ClusterAnswer, ClusterRequest } from '../apps/gitops/cluster-api.ts';
import type { ConfigMap, Pod } from '../kube/types/core.ts';
import type { Clock } from '../system/clock.ts';
import { builtinRules } from './admission/builtin-rules.ts';
import type { KindRules } from './admission/kind-rules.ts';
import { TEKTON_RULES } from './admission/tekton/tekton-rules.ts';
import { Authenticator } from './api/access/authenticator.ts';
import { ServiceAccountTokens, TOKEN_ISSUER } from './api/access/service-account-tokens.ts';
import type { PodCommands, PodLogs } from './api/pod-ports.ts';
import { definitionDeletion } from './api/custom-resources/definition-deletion.ts';
import { CUSTOM_RESOURCE_DEFINITIONS } from './api/custom-resources/custom-resource-definition.ts';
import { assembleControlPlane, type AssembledControlPlane, type ControlPlaneParts } from './assemble-control-plane.ts';
import { seedObjects } from './bootstrap/seed-objects.ts';
import { API_PORT, NODE_IP } from './bootstrap/system-objects.ts';
import { ClusterCore } from './cluster-core.ts';
import { NO_FAULTS, type Faults } from './faults.ts';
import { ApiHandler } from './http/api-handler.ts';
import { apiOnNetwork } from './http/api-on-network.ts';
import { isStream } from './http/api-call.ts';
import type { OpenApiSchemas } from './http/openapi.ts';
import { builtInOpenApiSchemas } from './schema/built-in-openapi.ts';
import { ContainerLogs } from './kubelet/container-logs.ts';
import type { NotSimulated } from './kubelet/node-services.ts';
import { createNetwork } from './network/create-network.ts';
import type { VirtualNetwork } from './network/http.ts';
import { BuiltInCatalog } from './programs/built-in-catalog.ts';
import type { ImageCatalog } from './programs/image.ts';
import type { Repositories } from './repositories.ts';
import { schemaForBuiltIn } from './schema/built-in-schema.ts';
import type { SandboxPool } from './shell/container-process.ts';
import { WorkerSandboxPool } from './shell/worker-sandbox-pool.ts';
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
  /** What is installed beside Argo Rollouts: `tekton`. */
  needs?: readonly string[];
  faults?: Faults;
  /** The images that can be pulled; those of the kit unless given. */
  images?: ImageCatalog;
  /** Runs the commands of containers; worker threads of the cluster's own unless given. */
  sandboxes?: SandboxPool;
  /** What containers wrote in a cluster whose state the snapshot is. */
  containerLogs?: ContainerLogs;
  /** Git repositories that the machine shares with the cluster; none unless given. */
  repositories?: Repositories;
  /** Hears of containers that needed something that is not modelled: what came of them says nothing. */
  onCannotSimulate?: (report: NotSimulated) => void;
  /** Puts together what acts by itself; the whole control plane unless given. */
  assemble?: (parts: ControlPlaneParts) => AssembledControlPlane;
  /** Hears of errors inside the server that nobody expected. */
  onUnexpected?: (error: unknown) => void;
}

/** The name of the one node, as kind would call it. */
export const NODE_NAME = 'lab-control-plane';

/** How long a token in a pod's volume is good for. */
const POD_TOKEN_SECONDS = 3_607;

const RULES: Readonly<Record<string, KindRules>> = {
  ...builtinRules,
  ...TEKTON_RULES,
  [CUSTOM_RESOURCE_DEFINITIONS]: { ...builtinRules[CUSTOM_RESOURCE_DEFINITIONS], ...(definitionDeletion as KindRules) },
};

/** A whole cluster: state, API, and everything that acts by itself. */
export class EmbeddedCluster {
  readonly core: ClusterCore;
  readonly containerLogs: ContainerLogs;
  readonly handler: ApiHandler;
  readonly tokens: ServiceAccountTokens;
  /** Where its pods reach each other; requests of others enter here. */
  readonly network: VirtualNetwork;
  /** What is broken in it. */
  readonly faults: Faults;
  /** The logs of its containers; absent where nothing runs them. */
  readonly logs: PodLogs | undefined;
  /** Runs commands in its containers; absent where nothing runs them. */
  readonly commands: PodCommands | undefined;
  readonly #ownSandboxes: SandboxPool | undefined;
  readonly #controlPlane: AssembledControlPlane;
  #isRunning = false;

  /** Builds a cluster, and puts into it what every cluster has and this one lacks. Nothing acts before `start`. */
  static create(options: EmbeddedClusterOptions): EmbeddedCluster {
    return new EmbeddedCluster(options);
  }

  private constructor(options: EmbeddedClusterOptions) {
    const { clock, snapshot, log, journal, nodeName = NODE_NAME, faults = NO_FAULTS, onUnexpected } = options;
    this.faults = faults;
    this.core = new ClusterCore({
      clock,
      rules: RULES,
      schemaOf: schemaForBuiltIn,
      ...(snapshot && { snapshot }),
      ...(log && { log }),
      ...(journal && { journal }),
    });
    const { store, registry } = this.core;
    seedObjects(this.core, { nodeName, ...(options.needs && { needs: options.needs }) });
    this.tokens = new ServiceAccountTokens({ signingKey: options.signingKey ?? randomUUID(), store, clock });
    const { network, proxy } = createNetwork(this.core, faults);
    this.network = network;
    this.containerLogs = options.containerLogs ?? new ContainerLogs();
    this.#ownSandboxes = options.sandboxes ? undefined : new WorkerSandboxPool();
    const assemble = options.assemble ?? assembleControlPlane;
    this.#controlPlane = assemble({
      plane: this.core,
      registry,
      caPem: options.caPem ?? caOf(store),
      nodeNames: store.list('nodes').map(({ metadata }) => metadata.name),
      faults,
      network,
      proxy,
      images: options.images ?? new BuiltInCatalog(),
      sandboxes: options.sandboxes ?? this.#ownSandboxes!,
      tokenOf: (pod) => this.#tokenOf(pod),
      callApiAs: (pod, request) => this.#callApiAs(pod, request),
      repositories: options.repositories,
      containerLogs: this.containerLogs,
      onCannotSimulate: options.onCannotSimulate,
    });
    this.logs = this.#controlPlane.logs;
    this.commands = this.#controlPlane.commands;
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
      logs: this.logs,
      commands: this.commands,
      network,
      ...(onUnexpected && { onUnexpected }),
    });
    network.listen(NODE_IP, API_PORT, apiOnNetwork(this.handler));
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

  /** Stops for good, and ends the threads that ran its containers. */
  async close(): Promise<void> {
    this.stop();
    await this.#ownSandboxes?.close();
  }

  snapshot(): StoreSnapshot {
    return this.core.store.snapshot();
  }

  /** As the kubelet asks for it; empty for an account that does not exist. */
  #tokenOf({ metadata, spec }: Pod): string {
    const name = spec.serviceAccountName ?? 'default';
    const account = this.core.store.get('serviceaccounts', metadata.namespace, name);
    if (!account) return '';
    const boundTo = { kind: 'Pod' as const, name: metadata.name, uid: metadata.uid ?? '' };
    const subject = { namespace: metadata.namespace!, name, uid: account.metadata.uid ?? '', audiences: [TOKEN_ISSUER] };
    return this.tokens.issue({ ...subject, lifetimeSeconds: POD_TOKEN_SECONDS, boundTo });
  }

  /** As a program in the pod does it: with a token of the pod's account, whose rights decide. */
  async #callApiAs(pod: Pod, { method, path, contentType, body }: ClusterRequest): Promise<ClusterAnswer> {
    const headers = {
      authorization: `Bearer ${this.#tokenOf(pod)}`,
      accept: 'application/json',
      'user-agent': pod.spec.containers[0]?.name ?? 'pod',
      ...(contentType !== undefined && { 'content-type': contentType }),
    };
    const answer = await this.handler.handle({ method, path, headers, ...(body !== undefined && { body }) });
    if (isStream(answer.body)) throw new Error('a program of the cluster cannot follow a stream');
    return { status: answer.status, body: typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body).toString('utf8') };
  }

  readonly #openApiSchemas: OpenApiSchemas = (group, version) => ({
    ...builtInOpenApiSchemas(group, version),
    ...this.core.customResources.openApiSchemas(group, version),
  });
}

/** The CA certificate that the state's namespaces were given. */
function caOf(store: Store): string {
  const published: ConfigMap | undefined = store.list('configmaps').find(({ metadata }) => metadata.name === 'kube-root-ca.crt');
  return published?.data?.['ca.crt'] ?? '';
}
