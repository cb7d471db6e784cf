import { isIP } from 'node:net';
import type { KubeObject, StatusCause } from '../../../kube/types/meta.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName, checkSupported } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1035Label, dns1123Subdomain, portName, portNumber, wildcardSubdomain } from '../name-problems.ts';

interface Backend {
  service?: { name?: string; port?: { name?: string; number?: number } };
  resource?: { kind?: string; name?: string };
}

interface Path {
  path?: string;
  pathType?: string;
  backend?: Backend;
}

interface Ingress extends KubeObject {
  spec?: {
    ingressClassName?: string;
    defaultBackend?: Backend;
    tls?: { hosts?: string[]; secretName?: string }[];
    rules?: { host?: string; http?: { paths?: Path[] } }[];
  };
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];

/** Rules for Ingresses. Models networking/validation and registry/networking/ingress. */
export const ingressRules: KindRules<Ingress> = {
  validate(draft, previous) {
    const { rules = [], defaultBackend, tls = [], ingressClassName } = draft.spec ?? {};
    const isEmpty = rules.length === 0 && !defaultBackend;
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...(isEmpty
        ? [invalidValue('spec', draft.spec?.rules ?? (previous ? [] : null), 'either `defaultBackend` or `rules` must be specified')]
        : []),
      ...(defaultBackend ? checkBackend('spec.defaultBackend', defaultBackend) : []),
      ...rules.flatMap(({ host, http }, index) => [
        ...(host ? checkHost(`spec.rules[${index}].host`, host) : []),
        ...(http ? checkPaths(`spec.rules[${index}].http.paths`, http.paths ?? []) : []),
      ]),
      ...tls.flatMap(({ hosts = [], secretName }, index) => [
        ...hosts.flatMap((host, place) => checkTlsHost(`spec.tls[${index}].hosts[${place}]`, host)),
        ...(secretName ? checkName(`spec.tls[${index}].secretName`, secretName, dns1123Subdomain) : []),
      ]),
      ...(ingressClassName === undefined ? [] : checkName('spec.ingressClassName', ingressClassName, dns1123Subdomain)),
    ];
  },
};

function checkHost(field: string, host: string): StatusCause[] {
  if (isIP(host)) return [invalidValue(field, host, 'must be a DNS name, not an IP address')];
  return checkTlsHost(field, host);
}

function checkTlsHost(field: string, host: string): StatusCause[] {
  return checkName(field, host, host.includes('*') ? wildcardSubdomain : dns1123Subdomain);
}

function checkPaths(field: string, paths: readonly Path[]): StatusCause[] {
  if (paths.length === 0) return [requiredValue(field)];
  return paths.flatMap(({ path = '', pathType, backend = {} }, index) => {
    const place = `${field}[${index}]`;
    return [...checkPath(place, path, pathType), ...checkBackend(`${place}.backend`, backend)];
  });
}

function checkPath(place: string, path: string, pathType: string | undefined): StatusCause[] {
  if (pathType === undefined) return [requiredValue(`${place}.pathType`, 'pathType must be specified')];
  if (pathType === 'ImplementationSpecific') {
    return path !== '' && !path.startsWith('/') ? [invalidValue(`${place}.path`, path, 'must be an absolute path')] : [];
  }
  if (!PATH_TYPES.includes(pathType)) return checkSupported(`${place}.pathType`, pathType, PATH_TYPES);
  if (!path.startsWith('/')) return [invalidValue(`${place}.path`, path, 'must be an absolute path')];
  return FORBIDDEN_SEQUENCES.filter((sequence) => path.includes(sequence)).map((sequence) =>
    invalidValue(`${place}.path`, path, `must not contain '${sequence}'`),
  );
}

function checkBackend(field: string, { service, resource }: Backend): StatusCause[] {
  if (service && resource) return [invalidValue(field, '', 'cannot set both resource and service backends')];
  if (resource) {
    return (['kind', 'name'] as const).flatMap((key) => (resource[key] ? [] : [requiredValue(`${field}.resource.${key}`)]));
  }
  if (!service) return [invalidValue(field, '', 'resource or service backend is required')];
  return [...checkServiceName(`${field}.service.name`, service.name), ...checkServicePort(field, service.port ?? {})];
}

function checkServiceName(field: string, name: string | undefined): StatusCause[] {
  return name ? checkName(field, name, dns1035Label) : [requiredValue(field)];
}

function checkServicePort(field: string, { name, number }: { name?: string; number?: number }): StatusCause[] {
  if (name && number) return [invalidValue(field, '', 'cannot set both port name & port number')];
  if (name) return checkName(`${field}.service.port.name`, name, portName);
  if (!number) return [requiredValue(field, 'port name or number is required')];
  return portNumber(number).map((problem) => invalidValue(`${field}.service.port.number`, number, problem));
}
