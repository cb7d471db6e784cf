import type { Pod } from '../../kube/types/core.ts';
import type { KubeObject } from '../../kube/types/meta.ts';
import { cloneJson, equalJson } from '../../system/json.ts';
import { toSecondsTimestamp } from '../../system/time.ts';
import { controlPlane } from '../api/caller.ts';
import { matchesLabels } from '../api/selectors.ts';
import { keyOf, splitKey, type ControlPlane } from '../controllers/control-plane.ts';
import { isPodTerminal } from '../controllers/pod-state.ts';
import { ReconcilingController } from '../controllers/reconciling-controller.ts';
import type { StoreEvent } from '../store/store.ts';
import { allocatableOf, requestsOf, sum } from './node-resources.ts';
import { Timing } from './timings.ts';

const NAME = 'default-scheduler';
/** How long a pod that fits nowhere waits if nothing changes meanwhile. */
const FLUSH_MS = 300_000;

/** Why a node is not for a pod: as the event lists it, and whether taking pods off the node could help. */
interface Misfit {
  reasons: string[];
  isPreemptable: boolean;
}

/** Binds pods to nodes that have room for them. Models kube-scheduler with its default plugins, for resources, node selectors and scheduling gates; taints and affinities are not looked at. */
export class Scheduler extends ReconcilingController {
  readonly #events = this.recorderFor(NAME);

  constructor(plane: ControlPlane) {
    super(plane, {
      caller: controlPlane('system:kube-scheduler', 'kube-scheduler'),
      primary: 'pods',
      watches: { pods: (event) => this.#onPod(event), nodes: () => this.#waiting() },
    });
  }

  /** A pod that leaves makes room for those that wait. */
  #onPod({ type, object, previous }: StoreEvent): string[] {
    const pod = object as Pod;
    const hasEnded = isPodTerminal(pod) && previous !== undefined && !isPodTerminal(previous as Pod);
    if (pod.spec.nodeName) return type === 'DELETED' || hasEnded ? this.#waiting() : [];
    const isOld = previous !== undefined && equalJson(previous['spec'], pod.spec);
    if (type !== 'DELETED' && !isOld) this.enqueueAfter(keyOf(pod), Timing.scheduleMs);
    return [];
  }

  #waiting(): string[] {
    return this.api
      .list<Pod>('pods')
      .filter(({ spec, metadata }) => !spec.nodeName && !metadata.deletionTimestamp)
      .map(keyOf);
  }

  protected override reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = this.api.get<Pod>('pods', namespace, name);
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp || isPodTerminal(pod)) return;
    if (((pod.spec['schedulerName'] as string | undefined) ?? NAME) !== NAME) return;
    if ((pod.spec['schedulingGates'] as unknown[] | undefined)?.length) {
      this.#say(pod, 'SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates');
      return;
    }
    const nodes = this.api.list('nodes');
    const misfits = nodes.map((node) => ({ node, misfit: this.#misfit(pod, node) }));
    const chosen = misfits.find(({ misfit }) => misfit.reasons.length === 0);
    if (chosen) this.#bind(pod, chosen.node.metadata.name);
    else
      this.#refuse(
        key,
        pod,
        misfits.map(({ misfit }) => misfit),
      );
  }

  #bind(pod: Pod, node: string): void {
    const { namespace, name } = pod.metadata;
    this.api.bind(namespace!, name, node);
    this.#events.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`);
  }

  #misfit(pod: Pod, node: KubeObject): Misfit {
    const { unschedulable = false } = (node['spec'] ?? {}) as { unschedulable?: boolean };
    if (unschedulable) return { reasons: ['node(s) were unschedulable'], isPreemptable: false };
    if (!matchesLabels(pod.spec.nodeSelector ?? {}, node.metadata.labels ?? {})) {
      return { reasons: ["node(s) didn't match Pod's node affinity/selector"], isPreemptable: false };
    }
    const allocatable = allocatableOf(node);
    const others = this.api.list<Pod>('pods').filter((other) => other.spec.nodeName === node.metadata.name && !isPodTerminal(other));
    const wanted = requestsOf(pod);
    const total = others.map(requestsOf).reduce(sum, wanted);
    const reasons = [
      ...(others.length >= allocatable.pods ? ['Too many pods'] : []),
      ...(wanted.cpuMillis > 0 && total.cpuMillis > allocatable.cpuMillis ? ['Insufficient cpu'] : []),
      ...(wanted.memoryBytes > 0 && total.memoryBytes > allocatable.memoryBytes ? ['Insufficient memory'] : []),
    ];
    const fitsAlone = wanted.cpuMillis <= allocatable.cpuMillis && wanted.memoryBytes <= allocatable.memoryBytes;
    return { reasons, isPreemptable: fitsAlone };
  }

  #refuse(key: string, pod: Pod, misfits: readonly Misfit[]): void {
    const message = refusal(misfits);
    this.#events.record(pod, 'Warning', 'FailedScheduling', message);
    this.#say(pod, 'Unschedulable', message);
    this.enqueueAfter(key, FLUSH_MS);
  }

  /** Shows on the pod why it has no node. */
  #say(pod: Pod, reason: string, message: string): void {
    const conditions = pod.status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === 'PodScheduled');
    if (before?.reason === reason && before.message === message) return;
    const condition = {
      type: 'PodScheduled',
      status: 'False' as const,
      lastProbeTime: null,
      lastTransitionTime: before?.status === 'False' ? before.lastTransitionTime! : toSecondsTimestamp(this.clock.now()),
      reason,
      message,
      ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    };
    const draft = cloneJson(pod);
    draft.status = { ...draft.status, conditions: [...conditions.filter(({ type }) => type !== 'PodScheduled'), condition] };
    this.api.update('pods', draft, 'status');
  }
}

/** Models framework/types.go FitError, with what preemption adds. */
function refusal(misfits: readonly Misfit[]): string {
  if (misfits.length === 0) return 'no nodes available to schedule pods';
  const counts = new Map<string, number>();
  for (const reason of misfits.flatMap(({ reasons }) => reasons)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const list = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const total = misfits.length;
  const preemptable = misfits.filter(({ isPreemptable }) => isPreemptable).length;
  const hopeless = total - preemptable;
  const verdicts = [
    ...(preemptable > 0 ? [`${preemptable} No preemption victims found for incoming pod`] : []),
    ...(hopeless > 0 ? [`${hopeless} Preemption is not helpful for scheduling`] : []),
  ];
  return (
    `0/${total} nodes are available: ${list.join(', ')}. ` +
    `no new claims to deallocate, preemption: 0/${total} nodes are available: ${verdicts.join(', ')}.`
  );
}
