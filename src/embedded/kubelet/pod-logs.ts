import type { ContainerStatus, Pod } from '../../kube/types/core.ts';
import type { Cancel, Clock } from '../../system/clock.ts';
import { badRequest } from '../api/api-error.ts';
import type { PodLogOptions, PodLogSink } from '../api/pod-ports.ts';
import type { ContainerLog, LogLine } from './container-log.ts';
import type { PodRecord } from './pod-record.ts';

/**
 * Opens the log of one of a pod's containers: of the run that its status shows.
 * Throws ApiError in the words of the kubelet when there is none.
 */
export function openContainerLog(
  record: PodRecord | undefined,
  pod: Pod,
  options: PodLogOptions,
  clock: Clock,
): (sink: PodLogSink) => Cancel {
  const runId = runIdOf(pod, options);
  const slot = record?.slots.find(({ name }) => name === options.container);
  const log = [slot?.current, slot?.previous].find((run) => run?.id === runId)?.log;
  return (sink) => (log ? readLog(log, options, clock, sink) : endAtOnce(sink));
}

/** Models kubelet_pods.go validateContainerLogStatus. */
function runIdOf({ metadata, status = {} }: Pod, { container, previous }: PodLogOptions): string {
  const whose = `container ${JSON.stringify(container)} in pod ${JSON.stringify(metadata.name)}`;
  const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  const found = statuses.find(({ name }) => name === container);
  if (!found) throw badRequest(`${whose} is not available`);
  const { state = {}, lastState, containerID = '' } = found;
  const lastId = lastState?.terminated?.containerID;
  if (previous) {
    if (!lastId) throw badRequest(`previous terminated ${whose} not found`);
    return lastId;
  }
  if (state.running) return containerID;
  const ended = state.terminated?.containerID || lastId;
  if (ended) return ended;
  if (state.terminated || lastState?.terminated) throw badRequest(`${whose} is terminated`);
  throw badRequest(`${whose} is waiting to start${whyWaiting(state)}`);
}

function whyWaiting({ waiting }: NonNullable<ContainerStatus['state']>): string {
  if (!waiting) return ' - no logs yet';
  if (waiting.reason === 'ErrImagePull') return ": image can't be pulled";
  if (waiting.reason === 'ImagePullBackOff') return ': trying and failing to pull image';
  return `: ${waiting.reason ?? ''}`;
}

function readLog(log: ContainerLog, options: PodLogOptions, clock: Clock, sink: PodLogSink): Cancel {
  const { follow, limitBytes = Infinity } = options;
  let remaining = limitBytes;
  const write = (line: LogLine): void => {
    const bytes = Buffer.from(formatLine(line, options.timestamps));
    if (remaining <= 0) return;
    sink.text(bytes.subarray(0, remaining).toString('utf8'));
    remaining -= bytes.length;
  };
  for (const line of wantedLines(log, options, clock)) write(line);
  if (!follow || log.isEnded || remaining <= 0) return endAtOnce(sink);
  const stop = log.follow((line) => {
    if (line) write(line);
    if (line && remaining > 0) return;
    stop();
    sink.end();
  });
  return stop;
}

function wantedLines({ lines }: ContainerLog, { tailLines, sinceSeconds, sinceTimeMs }: PodLogOptions, clock: Clock): readonly LogLine[] {
  const sinceMs = sinceSeconds === undefined ? (sinceTimeMs ?? -Infinity) : clock.now() - sinceSeconds * 1000;
  const recent = lines.filter(({ atMs }) => atMs >= sinceMs);
  return tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines));
}

function formatLine({ atMs, text, isPartial }: LogLine, hasTimestamp: boolean): string {
  const timestamp = hasTimestamp ? `${new Date(atMs).toISOString().replace('Z', '000000Z')} ` : '';
  return `${timestamp}${text}${isPartial ? '' : '\n'}`;
}

function endAtOnce(sink: PodLogSink): Cancel {
  sink.end();
  return () => undefined;
}
