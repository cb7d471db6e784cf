import type { Container, HttpGetAction, Probe } from '../../../kube/types/core.ts';
import type { IntOrString } from '../../../kube/types/meta.ts';
import type { Clock } from '../../../system/clock.ts';
import type { ClusterNetwork } from '../../network/cluster-network.ts';
import { NetworkError } from '../../network/http.ts';
import { expandVariables } from '../expansion.ts';
import type { RunningContainer } from '../running-container.ts';
import type { ProbeOutcome } from './probe-outcome.ts';

/** What a probe is aimed at. */
export interface ProbeTarget {
  container: Container;
  podIP: string;
  process: RunningContainer;
  clock: Clock;
  network: ClusterNetwork;
  /** Hears of a command that the sandbox cannot simulate. */
  onCannotSimulate(message: string): void;
}

/** Carries a probe out once; `done` is called once, at once where nothing has to be waited for. Models pkg/kubelet/prober and pkg/probe. */
export function runProbe(probe: Probe, target: ProbeTarget, done: (outcome: ProbeOutcome) => void): void {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) runCommand(probe.exec.command ?? [], target, timeoutMs, done);
  else if (probe.httpGet) runHttp(probe.httpGet, target, timeoutMs, done);
  else if (probe.tcpSocket) done(probeTcp(probe.tcpSocket, target));
  else if (probe.grpc) done({ kind: 'failure', output: grpcFailure(target, probe.grpc.port, timeoutMs) });
  else done({ kind: 'error', message: `missing probe handler for ${target.container.name}` });
}

function runHttp(action: HttpGetAction, target: ProbeTarget, timeoutMs: number, done: (outcome: ProbeOutcome) => void): void {
  const port = portNumber(action.port, target.container);
  if (port === undefined) {
    done({ kind: 'error', message: `couldn't find port: ${String(action.port)}` });
    return;
  }
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const host = action.host || target.podIP;
  const path = action.path ?? '/';
  const url = `${scheme}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`;
  const failure = (why: string): void => done({ kind: 'failure', output: `Get "${url}": ${why}` });
  if (scheme === 'https') {
    failure('http: server gave HTTP response to HTTPS client');
    return;
  }
  const headers = Object.fromEntries((action.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]));
  const request = { method: 'GET', url, headers: { 'user-agent': 'kube-probe/1.34', accept: '*/*', ...headers }, timeoutMs };
  target.network.exchange({ kind: 'kubelet' }, request, (outcome) => {
    if (outcome instanceof NetworkError) failure(dialProblem(outcome, `${host}:${port}`));
    else if (outcome.status >= 200 && outcome.status < 300) done({ kind: 'success' });
    else if (outcome.status >= 300 && outcome.status < 400) {
      done({ kind: 'warning', output: `Probe terminated redirects, Response body: ${outcome.body}` });
    } else done({ kind: 'failure', output: `HTTP probe failed with statuscode: ${outcome.status}` });
  });
}

/** The words of Go's HTTP client. */
function dialProblem({ code }: NetworkError, address: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`;
    case 'ECONNRESET':
      return `read tcp ${address}: read: connection reset by peer`;
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return `dial tcp: lookup ${address.split(':')[0]}: no such host`;
    case 'ETIMEDOUT':
      return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  }
}

function probeTcp({ port, host }: { port: IntOrString; host?: string }, { container, podIP, network }: ProbeTarget): ProbeOutcome {
  const number = portNumber(port, container);
  if (number === undefined) return { kind: 'error', message: `couldn't find port: ${String(port)}` };
  const address = host || podIP;
  if (network.isListening(address, number)) return { kind: 'success' };
  return { kind: 'failure', output: `dial tcp ${address}:${number}: connect: connection refused` };
}

function grpcFailure({ podIP, network }: ProbeTarget, port: number, timeoutMs: number): string {
  const why = network.isListening(podIP, port) ? 'the server does not speak gRPC' : 'context deadline exceeded';
  return `timeout: failed to connect service "${podIP}:${port}" within ${timeoutMs / 1000}s: ${why}`;
}

/** A port given by number, by the digits of a number, or by the name that the container gives it. */
export function portNumber(port: IntOrString, { ports = [] }: Container): number | undefined {
  if (typeof port === 'number') return port;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}

function runCommand(command: readonly string[], target: ProbeTarget, timeoutMs: number, done: (outcome: ProbeOutcome) => void): void {
  const values = new Map((target.container.env ?? []).map(({ name, value }) => [name, value]));
  const argv = command.map((word) => expandVariables(word, (name) => values.get(name)));
  runInContainer(target, argv, timeoutMs, (result) => {
    if (result.kind === 'timed-out') {
      done({ kind: 'failure', output: `command timed out: ${JSON.stringify(argv.join(' '))} timed out after ${timeoutMs / 1000}s` });
    } else if (result.exitCode === 0) done({ kind: 'success' });
    else done({ kind: 'failure', output: result.output });
  });
}

/** What became of a command that was run beside a container's own. */
export type CommandResult =
  | {
      kind: 'ended';
      exitCode: number;
      /** Both streams. */
      output: string;
      errorOutput: string;
    }
  | { kind: 'timed-out' };

/** Runs a command in a container and waits for its end, within a time if one is given. */
export function runInContainer(
  { process, clock, onCannotSimulate }: Pick<ProbeTarget, 'process' | 'clock' | 'onCannotSimulate'>,
  argv: readonly string[],
  timeoutMs: number | undefined,
  done: (result: CommandResult) => void,
): void {
  let output = '';
  let errorOutput = '';
  let isOver = false;
  const finish = (result: CommandResult): void => {
    if (isOver) return;
    isOver = true;
    cancelTimeout();
    done(result);
  };
  const command = process.exec(
    { argv },
    {
      onOutput: (stream, text) => {
        output += text;
        if (stream === 'stderr') errorOutput += text;
      },
      onEnd: (end) => {
        if (end.kind === 'cannot-simulate') onCannotSimulate(end.message);
        const exitCode = end.kind === 'cannot-simulate' ? 125 : end.code;
        clock.after(0, () => finish({ kind: 'ended', exitCode, output, errorOutput }));
      },
    },
  );
  const cancelTimeout =
    timeoutMs === undefined
      ? () => undefined
      : clock.after(timeoutMs, () => {
          command.signal('SIGKILL');
          finish({ kind: 'timed-out' });
        });
}
