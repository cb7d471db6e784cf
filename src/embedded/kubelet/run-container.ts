import type { Image } from '../programs/image.ts';
import type { FileSpec, ProcessEnd } from '../shell/container-process.ts';
import type { ContainerLog } from './container-log.ts';
import type { ContainerEnd, ContainerRun, ContainerSlot } from './container-slot.ts';
import { terminationMessagePath, type PreparedLaunch } from './launch.ts';
import type { NodeServices } from './node-services.ts';
import type { PodRecord } from './pod-record.ts';
import type { RunningContainer } from './running-container.ts';

/** The exit code of a container of which nothing can be said. */
const NOT_SIMULATED_CODE = 125;
const MESSAGE_CHARACTERS = 4096;
const LOG_MESSAGE_LINES = 80;
const LOG_MESSAGE_CHARACTERS = 2048;

/** Runs the processes of a slot's current run, and notes their end. */
export function runContainer(services: NodeServices, record: PodRecord, slot: ContainerSlot, image: Image, launch: PreparedLaunch): void {
  const run = slot.current!;
  const process = services.runtime.start(image, record.placeOf(slot), {
    ...launch,
    startedAtMs: run.startedAtMs ?? services.clock.now(),
    onOutput: (stream, text) => run.log.write(stream, text, services.clock.now()),
    onEnd: (end) => {
      if (slot.current === run && !run.end) wind(services, record, slot, process, end);
    },
  });
  slot.process = process;
}

/** Collects what an ended container leaves behind, then notes its end. */
function wind(services: NodeServices, record: PodRecord, slot: ContainerSlot, process: RunningContainer, end: ProcessEnd): void {
  const run = slot.current!;
  const finishedAtMs = services.clock.now();
  if (end.kind === 'cannot-simulate') {
    const { namespace, pod } = record.placeOf(slot);
    services.onCannotSimulate({ namespace, pod, container: slot.name, message: end.message });
    run.log.write('stderr', `${end.message}\n`, finishedAtMs);
  }
  const finish = (lastWords: string): void => {
    process.dispose();
    if (slot.current === run) slot.finish({ ...endOf(end, lastWords, slot, run.log), finishedAtMs });
  };
  if (process.hasFiles) void collect(services, record, slot, process).then(finish);
  else finish('');
}

/** Passes on what the container left in volumes that it could write to, to those that run and those that come; answers its last words. */
async function collect(
  { clock }: NodeServices,
  { volumes, slots }: PodRecord,
  { spec }: ContainerSlot,
  process: RunningContainer,
): Promise<string> {
  const release = clock.hold();
  try {
    for (const { name, mountPath } of volumes.sharedMounts(spec)) {
      volumes.store(name, relativeTo(mountPath, await process.readFiles(mountPath)));
      for (const other of slots) if (other.process !== process) other.process?.updateFiles(volumes.mountedFilesOf(other.spec, [name]));
    }
    const path = terminationMessagePath(spec);
    return (await process.readFiles(path))[path]?.content ?? '';
  } finally {
    release();
  }
}

/** Files by their path below a folder. */
function relativeTo(folder: string, files: Readonly<Record<string, FileSpec>>): ReadonlyMap<string, FileSpec> {
  const prefix = `${folder.replace(/\/$/, '')}/`;
  return new Map(
    Object.entries(files).flatMap(([path, file]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), file] as const] : [])),
  );
}

function endOf(end: ProcessEnd, lastWords: string, { spec }: ContainerSlot, log: ContainerLog): Omit<ContainerEnd, 'finishedAtMs'> {
  if (end.kind === 'cannot-simulate') return { exitCode: NOT_SIMULATED_CODE, reason: 'CannotSimulate', message: end.message };
  const { code: exitCode } = end;
  const reason = (end.kind === 'killed' && end.reason) || (exitCode === 0 ? 'Completed' : 'Error');
  const fromLog = exitCode !== 0 && spec['terminationMessagePolicy'] === 'FallbackToLogsOnError' ? tailOf(log) : '';
  const message = lastWords.slice(0, MESSAGE_CHARACTERS) || fromLog;
  return { exitCode, reason, ...(message !== '' && { message }) };
}

function tailOf({ lines }: ContainerLog): string {
  const text = lines
    .slice(-LOG_MESSAGE_LINES)
    .map((line) => `${line.text}\n`)
    .join('');
  return text.slice(-LOG_MESSAGE_CHARACTERS);
}

/** Lets a container that ran before the node came back run on: its program is started again, and nothing is said of it. */
export function resumeContainer(
  services: NodeServices,
  record: PodRecord,
  slot: ContainerSlot,
  prepare: (image: Image) => PreparedLaunch | undefined,
): void {
  const run: ContainerRun = slot.current!;
  const image = services.images.find(slot.spec.image ?? run.image);
  const launch = image && prepare(image);
  if (image && launch) runContainer(services, record, slot, image, launch);
  else slot.process = silentContainer((end) => slot.finish({ ...endOf(end, '', slot, run.log), finishedAtMs: services.clock.now() }));
}

/** A container of whose program nothing is known, such as one of a cluster that was copied: it does nothing, and ends when it is told to. */
function silentContainer(onEnd: (end: ProcessEnd) => void): RunningContainer {
  return {
    isSilent: true,
    hasFiles: false,
    terminate: () => onEnd({ kind: 'exited', code: 0 }),
    kill: () => onEnd({ kind: 'killed', code: 137 }),
    exec: (_, hooks) => {
      hooks.onEnd({ kind: 'cannot-simulate', message: 'the program of this container is not known here' });
      return { signal: () => undefined, writeStdin: () => undefined, closeStdin: () => undefined };
    },
    updateFiles: () => undefined,
    readFiles: () => Promise.resolve({}),
    dispose: () => undefined,
  };
}
