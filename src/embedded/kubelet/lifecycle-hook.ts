import type { LifecycleHandler } from '../../kube/types/core.ts';
import { NetworkError } from '../network/http.ts';
import { outcomeOf, pause, type Activity } from './activity.ts';
import type { ContainerSlot } from './container-slot.ts';
import { expandVariables } from './expansion.ts';
import type { NodeServices } from './node-services.ts';
import type { PodRecord } from './pod-record.ts';
import { portNumber, runInContainer, type CommandResult } from './probes/probe-action.ts';

/** Carries out a postStart or preStop hook; answers what went wrong. Models pkg/kubelet/lifecycle/handlers.go. */
export function* runHook(
  services: NodeServices,
  record: PodRecord,
  slot: ContainerSlot,
  { exec, httpGet, sleep }: LifecycleHandler,
): Activity<string | undefined> {
  if (exec) return yield* runCommand(services, record, slot, exec.command ?? []);
  if (httpGet) return yield* sendRequest(services, record, slot, httpGet);
  if (sleep) yield* pause(services.clock, sleep.seconds * 1000);
  return undefined;
}

function* runCommand(
  services: NodeServices,
  record: PodRecord,
  slot: ContainerSlot,
  command: readonly string[],
): Activity<string | undefined> {
  const { process } = slot;
  if (!process) return 'container not running';
  const values = new Map((slot.spec.env ?? []).map(({ name, value }) => [name, value]));
  const argv = command.map((word) => expandVariables(word, (name) => values.get(name)));
  const { clock } = services;
  const onCannotSimulate = (message: string): void => {
    const { namespace, pod } = record.placeOf(slot);
    services.onCannotSimulate({ namespace, pod, container: slot.name, message });
  };
  const result = yield* outcomeOf<CommandResult>((done) => runInContainer({ process, clock, onCannotSimulate }, argv, undefined, done));
  if (result.kind === 'ended' && result.exitCode === 0) return undefined;
  const { exitCode, output, errorOutput } = result.kind === 'ended' ? result : { exitCode: 137, output: '', errorOutput: '' };
  const whose = `for Container ${JSON.stringify(slot.name)} in Pod ${JSON.stringify(record.fullName)}`;
  const problem = `command '${argv.join(' ')}' exited with ${exitCode}: ${errorOutput}`;
  return `Exec lifecycle hook ([${command.join(' ')}]) ${whose} failed - error: ${problem}, message: ${JSON.stringify(output)}`;
}

function* sendRequest(
  { network }: NodeServices,
  { addresses }: PodRecord,
  { spec }: ContainerSlot,
  { path = '', port, host, httpHeaders = [] }: NonNullable<LifecycleHandler['httpGet']>,
): Activity<string | undefined> {
  const number = portNumber(port, spec);
  if (number === undefined) return `couldn't find port: ${String(port)}`;
  const url = `http://${host || addresses.podIP}:${number}${path.startsWith('/') ? '' : '/'}${path}`;
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name.toLowerCase(), value]));
  const request = { method: 'GET', url, headers: { 'user-agent': 'kube-lifecycle/1.34', ...headers } };
  const outcome = yield* outcomeOf<{ status: number } | NetworkError>((done) => network.exchange({ kind: 'kubelet' }, request, done));
  if (outcome instanceof NetworkError) return `Get "${url}": ${outcome.message}`;
  return outcome.status >= 400 ? `HTTP status ${outcome.status}` : undefined;
}
