import type { Container, ContainerPort, PodSpec, VolumeMount } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { duplicateValue, forbiddenValue, invalidValue, requiredValue, unsupportedValue, valueNotFound } from '../../schema/field-causes.ts';
import { checkName, checkSupported } from '../checks.ts';
import { dns1123Label, portName, portNumber } from '../name-problems.ts';
import { checkDescendingPath } from '../paths.ts';
import { checkEnv, checkEnvFrom } from './env-validation.ts';
import { checkHandler, checkProbe, type ProbeKind } from './probe-validation.ts';
import { checkResources } from './resource-validation.ts';
import { checkContainerSecurity } from './security-validation.ts';

const PROBES: readonly ProbeKind[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Checks the containers that a pod keeps running. Models core/validation validateContainers. */
export function checkContainers(field: string, spec: Partial<PodSpec>, volumes: ReadonlySet<string>): StatusCause[] {
  // Why: a spec that names none has null here, as Go writes it.
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [requiredValue(field)];
  const names = new Set<string>();
  const causes = containers.flatMap((container, index) => {
    const place = `${field}[${index}]`;
    return [
      ...checkContainer(place, container, volumes),
      ...checkUnique(`${place}.name`, container.name, names),
      ...checkLongRunning(place, container),
    ];
  });
  return [...causes, ...checkHostPorts(field, containers)];
}

/** Checks the containers that run before those, and sidecars. Models core/validation validateInitContainers. */
export function checkInitContainers(
  field: string,
  { containers, initContainers = [] }: Partial<PodSpec>,
  volumes: ReadonlySet<string>,
): StatusCause[] {
  const names = new Set((containers ?? []).map(({ name }) => name));
  return initContainers.flatMap((container, index) => {
    const place = `${field}[${index}]`;
    const isSidecar = container.restartPolicy === 'Always';
    return [
      ...checkContainer(place, container, volumes),
      ...checkUnique(`${place}.name`, container.name, names),
      ...(isSidecar ? checkLongRunning(place, container) : forbidLongRunning(place, container)),
    ];
  });
}

function checkUnique(field: string, name: string | undefined, names: Set<string>): StatusCause[] {
  if (!name) return [];
  if (names.has(name)) return [duplicateValue(field, name)];
  names.add(name);
  return [];
}

function checkLongRunning(place: string, container: Container): StatusCause[] {
  const { postStart, preStop } = container.lifecycle ?? {};
  return [
    ...(postStart ? checkHandler(`${place}.lifecycle.postStart`, postStart) : []),
    ...(preStop ? checkHandler(`${place}.lifecycle.preStop`, preStop) : []),
    ...PROBES.flatMap((kind) => checkProbe(place, kind, container[kind])),
  ];
}

function forbidLongRunning(place: string, container: Container): StatusCause[] {
  const present = (['lifecycle', ...PROBES] as const).filter((key) => container[key]);
  return present.map((key) => forbiddenValue(`${place}.${key}`, 'may not be set for init containers without restartPolicy=Always'));
}

function checkContainer(place: string, container: Container, volumes: ReadonlySet<string>): StatusCause[] {
  return [
    ...(container.name ? checkName(`${place}.name`, container.name, dns1123Label) : [requiredValue(`${place}.name`)]),
    ...(container.image ? [] : [requiredValue(`${place}.image`)]),
    ...checkSupported(`${place}.terminationMessagePolicy`, container['terminationMessagePolicy'], ['File', 'FallbackToLogsOnError']),
    ...checkPorts(`${place}.ports`, container.ports ?? []),
    ...checkEnv(`${place}.env`, container.env ?? []),
    ...checkEnvFrom(`${place}.envFrom`, container.envFrom ?? []),
    ...checkMounts(`${place}.volumeMounts`, container.volumeMounts ?? [], volumes),
    ...checkSupported(`${place}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...checkResources(`${place}.resources`, container.resources ?? {}),
    ...checkContainerSecurity(`${place}.securityContext`, container['securityContext']),
  ];
}

type Port = ContainerPort & { hostPort?: number; hostIP?: string };

function checkPorts(field: string, ports: readonly Port[]): StatusCause[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const place = `${field}[${index}]`;
    const number = port.containerPort ? portNumber(port.containerPort) : [];
    return [
      ...checkPortName(`${place}.name`, port.name, names),
      ...(port.containerPort ? [] : [requiredValue(`${place}.containerPort`)]),
      ...number.map((problem) => invalidValue(`${place}.containerPort`, port.containerPort, problem)),
      ...(port.hostPort ? portNumber(port.hostPort).map((problem) => invalidValue(`${place}.hostPort`, port.hostPort, problem)) : []),
      ...(PROTOCOLS.includes(port.protocol ?? '') ? [] : [unsupportedValue(`${place}.protocol`, port.protocol, PROTOCOLS)]),
    ];
  });
}

function checkPortName(field: string, name: string | undefined, names: Set<string>): StatusCause[] {
  if (!name) return [];
  const causes = checkName(field, name, portName);
  return causes.length > 0 ? causes : checkUnique(field, name, names);
}

/** Two ports of one pod cannot be the same port of the node. */
function checkHostPorts(field: string, containers: readonly Container[]): StatusCause[] {
  const taken = new Set<string>();
  return containers.flatMap((container, index) =>
    ((container.ports ?? []) as Port[]).flatMap((port, portIndex) => {
      if (!port.hostPort) return [];
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      const isTaken = taken.has(key);
      taken.add(key);
      return isTaken ? [duplicateValue(`${field}[${index}].ports[${portIndex}].hostPort`, key)] : [];
    }),
  );
}

type Mount = VolumeMount & { subPathExpr?: string };

/** Models core/validation ValidateVolumeMounts; the server reports sub-paths on the list, not on the mount. */
function checkMounts(field: string, mounts: readonly Mount[], volumes: ReadonlySet<string>): StatusCause[] {
  const paths = new Set<string>();
  return mounts.flatMap(({ name = '', mountPath = '', subPath, subPathExpr }, index) => {
    const place = `${field}[${index}]`;
    const isTaken = paths.has(mountPath);
    paths.add(mountPath);
    return [
      ...(name ? [] : [requiredValue(`${place}.name`)]),
      ...(volumes.has(name) ? [] : [valueNotFound(`${place}.name`, name)]),
      ...(mountPath ? [] : [requiredValue(`${place}.mountPath`)]),
      ...(isTaken ? [invalidValue(`${place}.mountPath`, mountPath, 'must be unique')] : []),
      ...(subPath ? checkDescendingPath(`${field}.subPath`, subPath) : []),
      ...(subPath && subPathExpr
        ? [invalidValue(`${place}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
        : []),
      ...(subPathExpr ? checkDescendingPath(`${field}.subPathExpr`, subPathExpr) : []),
    ];
  });
}
