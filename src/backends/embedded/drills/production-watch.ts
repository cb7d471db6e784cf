import type { AnsweringPod, Caller, CallRecord, CustomerAnswer, PageVisit, PodRequest, ServiceName } from '../../../../grader/index.ts';
import type { NetworkOrigin, RequestRecord, VirtualNetwork } from '../../../embedded/network/http.ts';
import type { Store } from '../../../embedded/store/store.ts';
import type { EndpointSlice, Pod } from '../../../kube/types/core.ts';
import type { Cancel, Clock } from '../../../system/clock.ts';
import { Callers } from './callers.ts';

const CUSTOMER = 'customer';
const VISITOR = 'visitor';
const ASK_EVERY_MS = 1000;
/** Nothing has happened for so long: then customers ask less often. */
const QUIET_AFTER_MS = 60_000;
/** Often enough for the last seconds of a drill to have answers. */
const ASK_EVERY_WHEN_QUIET_MS = 4000;
/** What decides who answers customers. */
const STIRRING = ['services', 'endpointslices.discovery.k8s.io', 'pods'];
const POD_TEMPLATE_HASH = 'rollouts-pod-template-hash';

/**
 * Plays the customers of production and writes down who answered them, and who else asked whom. A customer asks every second, and at once
 * whenever the Service or its endpoints changed, so that a switch for a moment does not go unseen; every four seconds where nothing has
 * happened to pods and Services, and nobody else has asked them anything, for a minute.
 */
export class ProductionWatch {
  readonly answers: CustomerAnswer[] = [];
  readonly visits: PageVisit[] = [];
  readonly requests: PodRequest[] = [];
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #network: VirtualNetwork;
  readonly #production: ServiceName;
  readonly #paths: readonly string[];
  readonly #callers: Callers | undefined;
  readonly #stops: Cancel[] = [];
  #cancelNext: Cancel = () => undefined;
  #quietFromMs = 0;
  #servingPods: ReadonlySet<string> | undefined;

  constructor(parts: {
    clock: Clock;
    store: Store;
    network: VirtualNetwork;
    production: ServiceName;
    visits?: readonly string[] | undefined;
    callers?: readonly Caller[] | undefined;
  }) {
    this.#clock = parts.clock;
    this.#store = parts.store;
    this.#network = parts.network;
    this.#production = parts.production;
    this.#paths = parts.visits ?? [];
    const { callers } = parts;
    this.#callers =
      callers && new Callers({ ...parts, callers, describe: (pod) => this.#describe(pod), isServing: (pod) => this.#isServing(pod) });
  }

  /** What came of the callers, if there are any. */
  get calls(): CallRecord | undefined {
    return this.#callers;
  }

  start(): void {
    this.#stops.push(
      this.#network.observe((record) => this.#note(record)),
      this.#store.subscribe(({ resource, object }) => {
        if (!STIRRING.includes(resource) || object.metadata.namespace !== this.#production.namespace) return;
        if (resource !== 'pods') this.#servingPods = undefined;
        const isAskedAtOnce = this.#stir();
        if (resource !== 'pods' && !isAskedAtOnce) this.#clock.after(0, () => this.#ask());
      }),
    );
    this.#stir();
    this.#callers?.start();
  }

  stop(): void {
    this.#callers?.stop();
    this.#cancelNext();
    for (const stop of this.#stops) stop();
  }

  #askAndGoOn(): void {
    this.#ask();
    const delayMs = this.#isQuiet() ? ASK_EVERY_WHEN_QUIET_MS : ASK_EVERY_MS;
    this.#cancelNext = this.#clock.after(delayMs, () => this.#askAndGoOn());
  }

  #isQuiet(): boolean {
    return this.#clock.now() >= this.#quietFromMs;
  }

  /** Something has happened: customers ask often from now on. Answers whether that begins at once, since it was quiet before. */
  #stir(): boolean {
    const wasQuiet = this.#isQuiet();
    this.#quietFromMs = this.#clock.now() + QUIET_AFTER_MS;
    if (!wasQuiet) return false;
    this.#cancelNext();
    this.#cancelNext = this.#clock.after(0, () => this.#askAndGoOn());
    return true;
  }

  #ask(): void {
    this.#get(CUSTOMER, '/');
    for (const path of this.#paths) this.#get(VISITOR, path);
  }

  #get(who: string, path: string): void {
    const { namespace, name } = this.#production;
    const url = `http://${name}.${namespace}.svc.cluster.local${path}`;
    const request = { method: 'GET', url, headers: { 'user-agent': who }, timeoutMs: 5000 };
    // Why: how it ended is told to every observer of the network, this one included.
    this.#network.request({ kind: 'client', name: who }, request).catch(() => undefined);
  }

  #note(record: RequestRecord): void {
    if (this.#callers?.note(record)) return;
    const { atMs, from, outcome, method, url, userAgent } = record;
    const pod = record.pod && this.#describe(record.pod);
    const answer = { atMs, outcome, ...(pod && { pod }) };
    if (from.kind === 'client' && from.name === CUSTOMER) this.answers.push(answer);
    else if (from.kind === 'client' && from.name === VISITOR) this.visits.push({ ...answer, path: pathOf(url) });
    else if (pod && from.kind !== 'kubelet') {
      this.#stir();
      const servedCustomers = this.#isServing(record.pod!);
      const name = from.kind === 'pod' ? from.pod : from.kind;
      const sender = this.#senderOf(from);
      this.requests.push({
        atMs,
        from: name,
        method,
        target: pathOf(url),
        userAgent,
        outcome,
        pod,
        servedCustomers,
        ...(sender && { sender }),
      });
    }
  }

  #describe({ namespace, name }: { namespace: string; name: string }): AnsweringPod {
    const pod = this.#store.get('pods', namespace, name) as Pod | undefined;
    const podTemplateHash = pod?.metadata.labels?.[POD_TEMPLATE_HASH];
    return { name, image: pod?.spec.containers[0]?.image ?? '(gone)', ...(podTemplateHash && { podTemplateHash }) };
  }

  #senderOf(from: NetworkOrigin): PodRequest['sender'] {
    if (from.kind !== 'pod') return undefined;
    const place = { namespace: from.namespace, name: from.pod };
    return { ...this.#describe(place), servedCustomers: this.#isServing(place) };
  }

  #isServing({ namespace, name }: { namespace: string; name: string }): boolean {
    return this.#serving().has(`${namespace}/${name}`);
  }

  /** Pods that the production Service sends customers to. */
  #serving(): ReadonlySet<string> {
    this.#servingPods ??= new Set(readyPods(this.#store, this.#production));
    return this.#servingPods;
  }
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** `namespace/name` of the ready pods behind a Service. */
export function readyPods(store: Store, { namespace, name }: ServiceName): string[] {
  const slices = store.list('endpointslices.discovery.k8s.io', namespace) as EndpointSlice[];
  return slices
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap(({ endpoints }) => endpoints.filter(({ conditions }) => conditions?.ready !== false))
    .flatMap(({ targetRef }) => (targetRef?.name ? [`${namespace}/${targetRef.name}`] : []));
}
