import type { Pod, Service } from '../../kube/types/core.ts';
import type { ApiClient } from '../api/client.ts';

/** Variables by which a container finds Services: the API's always, those of its namespace unless the pod does without. Models kubelet envvars.FromServices. */
export function serviceVariables(api: ApiClient, { metadata, spec }: Pod): Record<string, string> {
  const kubernetes = api.get<Service>('services', 'default', 'kubernetes');
  const own = spec['enableServiceLinks'] === false ? [] : api.list<Service>('services', { namespace: metadata.namespace! });
  const variables: Record<string, string> = {};
  for (const service of [...(kubernetes ? [kubernetes] : []), ...own]) Object.assign(variables, variablesOf(service));
  return variables;
}

function variablesOf({ metadata, spec }: Service): Record<string, string> {
  const { clusterIP: ip, ports = [] } = spec;
  const [first] = ports;
  if (!ip || ip === 'None' || !first) return {};
  const prefix = envName(metadata.name);
  const variables: Record<string, string> = {
    [`${prefix}_SERVICE_HOST`]: ip,
    [`${prefix}_SERVICE_PORT`]: String(first.port),
    [`${prefix}_PORT`]: `${(first.protocol ?? 'TCP').toLowerCase()}://${ip}:${first.port}`,
  };
  for (const { name, port, protocol = 'TCP' } of ports) {
    if (name) variables[`${prefix}_SERVICE_PORT_${envName(name)}`] = String(port);
    const link = `${prefix}_PORT_${port}_${protocol}`;
    variables[link] = `${protocol.toLowerCase()}://${ip}:${port}`;
    variables[`${link}_PROTO`] = protocol.toLowerCase();
    variables[`${link}_PORT`] = String(port);
    variables[`${link}_ADDR`] = ip;
  }
  return variables;
}

function envName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
