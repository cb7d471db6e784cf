import type { ConfigMap, Container, EnvVar, Pod, Secret } from '../../kube/types/core.ts';
import type { ApiClient } from '../api/client.ts';
import { expandVariables } from './expansion.ts';
import { fieldOf, type RuntimeAddresses } from './field-path.ts';
import type { Allocatable } from './node-resources.ts';
import { resourceFieldOf } from './resource-field.ts';
import { serviceVariables } from './service-links.ts';

/** A container cannot be created as it is configured; the message is what its status then says. */
export class ContainerConfigError extends Error {}

export interface EnvironmentContext {
  api: ApiClient;
  pod: Pod;
  addresses: RuntimeAddresses;
  node: Allocatable;
}

/**
 * The variables that the kubelet gives a container: Services, then `envFrom`, then `env`, where later ones win and may refer to
 * earlier ones. Throws ContainerConfigError for a ConfigMap, Secret or key that is missing. Models kubelet_pods.go makeEnvironmentVariables.
 */
export function containerEnvironment(context: EnvironmentContext, container: Container): Record<string, string> {
  const variables = new Map(Object.entries(serviceVariables(context.api, context.pod)));
  for (const source of container.envFrom ?? []) {
    const values = source.configMapRef ? configMapValues(context, source.configMapRef) : secretValues(context, source.secretRef);
    for (const [key, value] of Object.entries(values)) variables.set(`${source.prefix ?? ''}${key}`, value);
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(context, container, variable, variables);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return Object.fromEntries(variables);
}

function valueOf(
  context: EnvironmentContext,
  container: Container,
  { value, valueFrom }: EnvVar,
  earlier: ReadonlyMap<string, string>,
): string | undefined {
  if (value) return expandVariables(value, (name) => earlier.get(name));
  if (!valueFrom) return '';
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef) return fieldOf(context.pod, fieldRef.fieldPath, context.addresses) ?? '';
  if (resourceFieldRef) return resourceFieldOf(context.pod, resourceFieldRef, container.name, context.node) ?? '';
  if (configMapKeyRef) return keyOfConfigMap(context, configMapKeyRef);
  return secretKeyRef ? keyOfSecret(context, secretKeyRef) : '';
}

interface KeyRef {
  name: string;
  key: string;
  optional?: boolean;
}

function keyOfConfigMap({ api, pod }: EnvironmentContext, { name, key, optional }: KeyRef): string | undefined {
  const { namespace } = pod.metadata;
  const configMap = api.get<ConfigMap>('configmaps', namespace, name);
  if (configMap?.data && Object.hasOwn(configMap.data, key)) return configMap.data[key];
  if (optional) return undefined;
  throw new ContainerConfigError(
    configMap ? `couldn't find key ${key} in ConfigMap ${namespace}/${name}` : `configmap "${name}" not found`,
  );
}

function keyOfSecret({ api, pod }: EnvironmentContext, { name, key, optional }: KeyRef): string | undefined {
  const { namespace } = pod.metadata;
  const secret = api.get<Secret>('secrets', namespace, name);
  if (secret?.data && Object.hasOwn(secret.data, key)) return decode(secret.data[key]!);
  if (optional) return undefined;
  throw new ContainerConfigError(secret ? `couldn't find key ${key} in Secret ${namespace}/${name}` : `secret "${name}" not found`);
}

function configMapValues(
  { api, pod }: EnvironmentContext,
  { name, optional }: { name: string; optional?: boolean },
): Record<string, string> {
  const configMap = api.get<ConfigMap>('configmaps', pod.metadata.namespace, name);
  if (!configMap && !optional) throw new ContainerConfigError(`configmap "${name}" not found`);
  return configMap?.data ?? {};
}

function secretValues({ api, pod }: EnvironmentContext, ref: { name: string; optional?: boolean } | undefined): Record<string, string> {
  if (!ref) return {};
  const secret = api.get<Secret>('secrets', pod.metadata.namespace, ref.name);
  if (!secret && !ref.optional) throw new ContainerConfigError(`secret "${ref.name}" not found`);
  return Object.fromEntries(Object.entries(secret?.data ?? {}).map(([key, value]) => [key, decode(value)]));
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
