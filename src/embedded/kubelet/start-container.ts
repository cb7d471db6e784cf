import type { Image } from '../programs/image.ts';
import { pause, type Activity } from './activity.ts';
import { tellOf } from './container-events.ts';
import { runContainer } from './run-container.ts';
import type { ContainerRun, ContainerSlot } from './container-slot.ts';
import { ContainerConfigError } from './environment.ts';
import { imageIdOf, imageSizeBytes, type ImageResult } from './image-store.ts';
import { prepareLaunch, type PreparedLaunch } from './launch.ts';
import { runHook } from './lifecycle-hook.ts';
import type { NodeServices } from './node-services.ts';
import type { PodRecord } from './pod-record.ts';
import { stopContainer } from './stop-container.ts';
import { Timing } from './timings.ts';

const START_ERROR_CODE = 128;

/**
 * Starts a container, unless it has to wait after having ended too often; `slot.waiting` says what stands in the way.
 * `lastEnded` is the run whose end counts for that. Models kuberuntime_manager.go SyncPod `start`.
 */
export function* startContainer(
  services: NodeServices,
  record: PodRecord,
  slot: ContainerSlot,
  lastEnded: ContainerRun | undefined,
): Activity {
  if (mustBackOff(services, record, slot, lastEnded)) return;
  const image = yield* getImage(services, record, slot);
  if (!image) return;
  yield* createAndStart(services, record, slot, image);
}

/** Models kuberuntime_manager.go doBackOff. */
function mustBackOff(services: NodeServices, record: PodRecord, slot: ContainerSlot, lastEnded: ContainerRun | undefined): boolean {
  if (!lastEnded?.end) return false;
  const { crashes, clock } = services;
  const key = crashKey(record, slot);
  const { finishedAtMs } = lastEnded.end;
  if (crashes.remainingSince(key, finishedAtMs, clock.now()) === 0) {
    crashes.next(key, finishedAtMs, clock.now());
    return false;
  }
  const whose = `restarting failed container`;
  tellOf(services, record, slot, 'Warning', 'BackOff', `Back-off ${whose} ${slot.name} in pod ${record.fullName}`);
  const delay = formatSeconds(crashes.currentMs(key) / 1000);
  slot.waiting = { reason: 'CrashLoopBackOff', message: `back-off ${delay} ${whose}=${slot.name} pod=${record.fullName}` };
  return true;
}

/** Under which a container's crashes are counted. */
export function crashKey({ uid }: PodRecord, { name }: ContainerSlot): string {
  return `${uid}/${name}`;
}

/** As Go prints a duration. */
function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function* getImage(services: NodeServices, record: PodRecord, slot: ContainerSlot): Activity<Image | undefined> {
  const { image: name = '', imagePullPolicy = 'IfNotPresent' } = slot.spec;
  const attempt = services.images.ensure(record.uid, name, imagePullPolicy);
  if (attempt.isPull) tellOf(services, record, slot, 'Normal', 'Pulling', `Pulling image "${name}"`);
  yield* pause(services.clock, attempt.durationMs);
  const result = attempt.finish();
  if (result.kind === 'failed') {
    refuseImage(services, record, slot, result);
    return undefined;
  }
  const { image } = result;
  if (result.kind === 'present') {
    tellOf(services, record, slot, 'Normal', 'Pulled', `Container image "${name}" already present on machine`);
    return image;
  }
  const took = result.tookMs < 1000 ? `${result.tookMs}ms` : `${result.tookMs / 1000}s`;
  const size = `Image size: ${imageSizeBytes(image)} bytes.`;
  tellOf(services, record, slot, 'Normal', 'Pulled', `Successfully pulled image "${name}" in ${took} (${took} including waiting). ${size}`);
  services.onImage();
  return image;
}

/** Models images/image_manager.go, with the event that startContainer adds. */
function refuseImage(
  services: NodeServices,
  record: PodRecord,
  slot: ContainerSlot,
  { reason, message }: Extract<ImageResult, { kind: 'failed' }>,
): void {
  const { image: name = '' } = slot.spec;
  const tell = (type: 'Normal' | 'Warning', eventReason: string, text: string): void =>
    tellOf(services, record, slot, type, eventReason, text);
  if (reason === 'ErrImagePull') tell('Warning', 'Failed', `Failed to pull image "${name}": ${message}`);
  if (reason === 'ImagePullBackOff') tell('Normal', 'BackOff', `Back-off pulling image "${name}"`);
  if (reason === 'ErrImageNeverPull') tell('Warning', 'ErrImageNeverPull', message);
  if (reason === 'InvalidImageName') tell('Warning', 'InspectFailed', message);
  tell('Warning', 'Failed', `Error: ${reason}`);
  slot.waiting = { reason, message };
}

function* createAndStart(services: NodeServices, record: PodRecord, slot: ContainerSlot, image: Image): Activity {
  const { clock, runtime, logs } = services;
  const launch = tryPrepare(services, record, slot, image);
  if (!launch) return;
  yield* pause(clock, Timing.createMs);
  tellOf(services, record, slot, 'Normal', 'Created', `Created container: ${slot.name}`);
  yield* pause(clock, Timing.startMs);
  const source = { reference: image.reference, imageID: imageIdOf(image) };
  const problem = runtime.problemWith(image, launch);
  if (problem !== undefined) {
    slot.begin(record.uid, source, { startedAtMs: undefined, logs });
    slot.finish({ exitCode: START_ERROR_CODE, reason: 'StartError', message: problem, finishedAtMs: clock.now() });
    fail(services, record, slot, 'RunContainerError', problem);
    return;
  }
  slot.begin(record.uid, source, { startedAtMs: clock.now(), logs });
  // Why again: another container may have left something in a volume while this one was being created.
  const files = { ...launch.files, ...record.volumes.mount(slot.spec).files };
  runContainer(services, record, slot, image, { ...launch, files });
  tellOf(services, record, slot, 'Normal', 'Started', `Started container ${slot.name}`);
  slot.waiting = undefined;
  yield* afterStart(services, record, slot);
}

function tryPrepare(services: NodeServices, record: PodRecord, slot: ContainerSlot, image: Image): PreparedLaunch | undefined {
  try {
    return prepareLaunch(services, record, slot, image);
  } catch (error) {
    if (!(error instanceof ContainerConfigError)) throw error;
    fail(services, record, slot, 'CreateContainerConfigError', error.message);
    return undefined;
  }
}

function fail(services: NodeServices, record: PodRecord, slot: ContainerSlot, reason: string, message: string): void {
  tellOf(services, record, slot, 'Warning', 'Failed', `Error: ${message}`);
  slot.waiting = { reason, message };
}

function* afterStart(services: NodeServices, record: PodRecord, slot: ContainerSlot): Activity {
  const { postStart } = slot.spec.lifecycle ?? {};
  if (!postStart) return;
  const problem = yield* runHook(services, record, slot, postStart);
  if (problem === undefined) return;
  tellOf(services, record, slot, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
  slot.waiting = { reason: 'PostStartHookError', message: problem };
  yield* stopContainer(services, record, slot, { message: 'FailedPostStartHook' });
}
