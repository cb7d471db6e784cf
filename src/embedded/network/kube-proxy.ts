import type { EndpointSlice, Service } from '../../kube/types/core.ts';
import type { Cancel, Clock } from '../../system/clock.ts';
import { controlPlane } from '../api/caller.ts';
import type { ApiClient } from '../api/client.ts';
import { SERVICE_NAME } from '../controllers/endpoints/endpoint-slice-controller.ts';
import type { ControlPlane, Controller } from '../controllers/control-plane.ts';
import type { Faults } from '../faults.ts';
import type { StoreEvent } from '../store/store.ts';
import { programService, type ProgrammedService } from './programmed-service.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
/** From a change to the start of the run that takes it in. */
const REACTION_MS = 10;
/** How long a run takes. */
const RUN_MS = 20;
/** The pause after each run, kube-proxy's iptables.minSyncPeriod. */
const MIN_INTERVAL_MS = 1_000;

/**
 * What the node's packet rules say about Services, which lags behind the API: a change takes effect at once unless the rules
 * were rewritten less than a second ago, else when that second is over. Measured on a real node: a Service moved to pods that
 * are not ready refuses connections at once; when they become ready, that follows so closely on their addresses that it waits
 * for the next run. A Service moved from ready pods to ready pods has no gap. Models pkg/proxy/runner with its defaults.
 */
export class KubeProxy implements Controller {
  readonly #plane: ControlPlane;
  readonly #clock: Clock;
  readonly #api: ApiClient;
  readonly #faults: Pick<Faults, 'endpointDelayMs'>;
  readonly #programmed = new Map<string, ProgrammedService>();
  readonly #changed = new Set<string>();
  #nextRun: Cancel | undefined;
  #restsUntilMs = -Infinity;
  #unsubscribe: Cancel | undefined;

  constructor(plane: ControlPlane, faults: Pick<Faults, 'endpointDelayMs'>) {
    this.#plane = plane;
    this.#clock = plane.clock;
    this.#api = plane.clientFor(controlPlane('system:kube-proxy', 'kube-proxy'));
    this.#faults = faults;
  }

  /** Takes in everything there is at once. */
  start(): void {
    this.#unsubscribe = this.#plane.watch((event) => this.#observe(event));
    for (const { metadata } of this.#api.list<Service>('services')) this.#program(`${metadata.namespace}/${metadata.name}`);
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#nextRun?.();
    this.#unsubscribe = this.#nextRun = undefined;
  }

  /** What the rules know of a Service; undefined when they do not know it (yet). */
  find(namespace: string, name: string): ProgrammedService | undefined {
    return this.#programmed.get(`${namespace}/${name}`);
  }

  findByClusterIP(ip: string): ProgrammedService | undefined {
    for (const service of this.#programmed.values()) if (service.clusterIP === ip) return service;
    return undefined;
  }

  /** The Service that listens on a port of the node. */
  findByNodePort(port: number): ProgrammedService | undefined {
    for (const service of this.#programmed.values()) if (service.nodePorts.has(port)) return service;
    return undefined;
  }

  #observe({ resource, object }: StoreEvent): void {
    const { namespace, name, labels } = object.metadata;
    const service = resource === 'services' ? name : resource === SLICES ? labels?.[SERVICE_NAME] : undefined;
    if (service === undefined) return;
    const key = `${namespace}/${service}`;
    const delayMs = this.#faults.endpointDelayMs;
    if (delayMs === undefined) this.#runSoon(key);
    else this.#programLater(key, delayMs);
  }

  #runSoon(key: string): void {
    this.#changed.add(key);
    const waitMs = Math.max(REACTION_MS, this.#restsUntilMs - this.#clock.now());
    this.#nextRun ??= this.#clock.after(waitMs + RUN_MS, () => this.#run());
  }

  #run(): void {
    this.#nextRun = undefined;
    this.#restsUntilMs = this.#clock.now() + MIN_INTERVAL_MS;
    for (const key of this.#changed) this.#program(key);
    this.#changed.clear();
  }

  #program(key: string): void {
    const programmed = this.#rulesFor(key);
    if (programmed) this.#programmed.set(key, programmed);
    else this.#programmed.delete(key);
  }

  /** A network that was made slow: what is true now takes effect after the delay, and nothing before its time. */
  #programLater(key: string, delayMs: number): void {
    // Why: a listener hears of a write before the next one; the state is read a moment later, when nobody is writing.
    this.#clock.after(0, () => {
      const programmed = this.#rulesFor(key);
      this.#clock.after(delayMs, () => {
        if (programmed) this.#programmed.set(key, programmed);
        else this.#programmed.delete(key);
      });
    });
  }

  #rulesFor(key: string): ProgrammedService | undefined {
    const [namespace = '', name = ''] = key.split('/');
    const service = this.#api.get<Service>('services', namespace, name);
    if (!service || service.spec.type === 'ExternalName') return undefined;
    const slices = this.#api.list<EndpointSlice>(SLICES, { namespace, selector: { matchLabels: { [SERVICE_NAME]: name } } });
    return programService(service, slices);
  }
}
