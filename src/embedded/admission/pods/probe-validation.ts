import type { HttpGetAction, LifecycleHandler, Probe } from '../../../kube/types/core.ts';
import type { IntOrString, StatusCause } from '../../../kube/types/meta.ts';
import { forbiddenValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName, checkNonNegative, checkPositive, checkSupported } from '../checks.ts';
import { httpHeaderName, portName, portNumber } from '../name-problems.ts';

export type ProbeKind = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

/** Models core/validation validateProbe and its three variants. */
export function checkProbe(container: string, kind: ProbeKind, probe: Probe | undefined): StatusCause[] {
  if (!probe) return [];
  const field = `${container}.${kind}`;
  const isReadiness = kind === 'readinessProbe';
  const grace = probe.terminationGracePeriodSeconds;
  return [
    ...checkHandler(field, probe),
    ...(['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const).flatMap((key) =>
      checkNonNegative(`${field}.${key}`, probe[key]),
    ),
    ...checkPositive(`${field}.terminationGracePeriodSeconds`, grace),
    ...(isReadiness && grace !== undefined
      ? [invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')]
      : []),
    ...(!isReadiness && probe.successThreshold !== 1
      ? [invalidValue(`${field}.successThreshold`, probe.successThreshold, 'must be 1')]
      : []),
  ];
}

/** A port by number or by name, as probes, Services and network policies refer to it. */
export function checkPortReference(field: string, port: IntOrString | undefined): StatusCause[] {
  if (typeof port === 'string') return checkName(field, port, portName);
  return portNumber(port ?? 0).map((problem) => invalidValue(field, port ?? 0, problem));
}

type Handler = LifecycleHandler & Pick<Probe, 'tcpSocket' | 'grpc'>;

/** Exactly one action, and a sound one. Models core/validation validateHandler. */
export function checkHandler(field: string, handler: Handler): StatusCause[] {
  const checks: [action: string, check: (() => StatusCause[]) | undefined][] = [
    ['exec', handler.exec && (() => (handler.exec!.command?.length ? [] : [requiredValue(`${field}.exec.command`)]))],
    ['httpGet', handler.httpGet && (() => checkHttpGet(`${field}.httpGet`, handler.httpGet!))],
    ['tcpSocket', handler.tcpSocket && (() => checkPortReference(`${field}.tcpSocket.port`, handler.tcpSocket!.port))],
    ['grpc', handler.grpc && (() => checkPortReference(`${field}.grpc.port`, handler.grpc!.port))],
    ['sleep', handler.sleep && (() => [])],
  ];
  const present = checks.filter(([, check]) => check);
  if (present.length === 0) return [requiredValue(field, 'must specify a handler type')];
  return present.flatMap(([action, check], index) =>
    index === 0 ? check!() : [forbiddenValue(`${field}.${action}`, 'may not specify more than 1 handler type')],
  );
}

function checkHttpGet(field: string, { path, port, scheme, httpHeaders = [] }: HttpGetAction): StatusCause[] {
  return [
    ...(path ? [] : [requiredValue(`${field}.path`)]),
    ...checkPortReference(`${field}.port`, port),
    ...checkSupported(`${field}.scheme`, scheme, ['HTTP', 'HTTPS']),
    ...httpHeaders.flatMap(({ name }) => checkName(`${field}.httpHeaders`, name ?? '', httpHeaderName)),
  ];
}
