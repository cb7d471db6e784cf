import type { ConfigMap, KeyToPath, Pod, Secret, Volume } from '../../../kube/types/core.ts';
import type { ApiClient } from '../../api/client.ts';
import type { FileSpec } from '../../shell/container-process.ts';
import { fieldOf, type RuntimeAddresses } from '../field-path.ts';
import type { Allocatable } from '../node-resources.ts';
import { resourceFieldOf, type ResourceFieldRef } from '../resource-field.ts';
import { VolumeError } from './volume-error.ts';

const DEFAULT_MODE = 0o644;

/** Files of a volume by their path in it. */
export type VolumeFiles = ReadonlyMap<string, FileSpec>;

export interface VolumeContext {
  api: ApiClient;
  pod: Pod;
  addresses: RuntimeAddresses;
  node: Allocatable;
  /** A token of the pod's service account. */
  tokenOf(pod: Pod): string;
}

/** The objects whose changes a volume follows, as `configmaps/name` and `secrets/name`. */
export function sourcesOf(volume: Volume): string[] {
  const projected = (volume.projected?.sources ?? []) as ProjectedSource[];
  const configMaps = [volume.configMap?.name, ...projected.map(({ configMap }) => configMap?.name)];
  const secrets = [volume.secret?.secretName, ...projected.map(({ secret }) => secret?.name)];
  return [
    ...configMaps.flatMap((name) => (name ? [`configmaps/${name}`] : [])),
    ...secrets.flatMap((name) => (name ? [`secrets/${name}`] : [])),
  ];
}

/**
 * What a volume holds when it is set up; volumes that begin empty, and those that the kit does not model (they count as empty), hold nothing.
 * Throws VolumeError for a ConfigMap, Secret or key that is missing. Models pkg/volume/{configmap,secret,downwardapi,projected}.
 */
export function volumeFiles(context: VolumeContext, volume: Volume): VolumeFiles {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return configMapFiles(context, { ...configMap, mode: configMap.defaultMode });
  if (secret) return secretFiles(context, { ...secret, name: secret.secretName, mode: secret.defaultMode });
  if (downwardAPI) return downwardFiles(context, downwardAPI.items ?? [], (downwardAPI as { defaultMode?: number }).defaultMode);
  return projected ? projectedFiles(context, projected) : new Map();
}

interface KeyedSource {
  name?: string | undefined;
  items?: KeyToPath[] | undefined;
  mode?: number | undefined;
  optional?: boolean | undefined;
}

interface DownwardItem {
  path: string;
  mode?: number;
  fieldRef?: { fieldPath: string };
  resourceFieldRef?: ResourceFieldRef;
}

interface ProjectedSource {
  configMap?: KeyedSource;
  secret?: KeyedSource;
  downwardAPI?: { items?: DownwardItem[] };
  serviceAccountToken?: { path: string };
}

function configMapFiles({ api, pod }: VolumeContext, source: KeyedSource): VolumeFiles {
  const configMap = api.get<ConfigMap>('configmaps', pod.metadata.namespace, source.name ?? '');
  if (!configMap && !source.optional) throw new VolumeError(`configmap "${source.name}" not found`);
  const binary = Object.entries(configMap?.binaryData ?? {}).map(([key, value]) => [key, decode(value)] as const);
  return keyedFiles('configmap references non-existent config key', [...Object.entries(configMap?.data ?? {}), ...binary], source);
}

function secretFiles({ api, pod }: VolumeContext, source: KeyedSource): VolumeFiles {
  const secret = api.get<Secret>('secrets', pod.metadata.namespace, source.name ?? '');
  if (!secret && !source.optional) throw new VolumeError(`secret "${source.name}" not found`);
  const values = Object.entries(secret?.data ?? {}).map(([key, value]) => [key, decode(value)] as const);
  return keyedFiles('references non-existent secret key', values, source);
}

/** All keys under their own names, or those that are listed under the paths given there. */
function keyedFiles(problem: string, values: readonly (readonly [string, string])[], { items, mode, optional }: KeyedSource): VolumeFiles {
  const content = new Map(values);
  const chosen = items ?? values.map(([key]): KeyToPath => ({ key, path: key }));
  const files = new Map<string, FileSpec>();
  for (const { key, path, mode: ownMode } of chosen) {
    const text = content.get(key);
    if (text === undefined && !optional) throw new VolumeError(`${problem}: ${key}`);
    if (text !== undefined) files.set(path, { content: text, mode: ownMode ?? mode ?? DEFAULT_MODE });
  }
  return files;
}

function downwardFiles({ pod, addresses, node }: VolumeContext, items: readonly DownwardItem[], mode = DEFAULT_MODE): VolumeFiles {
  const files = new Map<string, FileSpec>();
  for (const { path, mode: ownMode, fieldRef, resourceFieldRef } of items) {
    const content = fieldRef
      ? fieldOf(pod, fieldRef.fieldPath, addresses)
      : resourceFieldRef && resourceFieldOf(pod, resourceFieldRef, resourceFieldRef.containerName ?? '', node);
    files.set(path, { content: content ?? '', mode: ownMode ?? mode });
  }
  return files;
}

function projectedFiles(
  context: VolumeContext,
  { sources = [], defaultMode = DEFAULT_MODE }: NonNullable<Volume['projected']>,
): VolumeFiles {
  const files = new Map<string, FileSpec>();
  for (const { configMap, secret, downwardAPI, serviceAccountToken } of sources as ProjectedSource[]) {
    const parts = [
      ...(configMap ? [configMapFiles(context, { ...configMap, mode: defaultMode })] : []),
      ...(secret ? [secretFiles(context, { ...secret, mode: defaultMode })] : []),
      ...(downwardAPI ? [downwardFiles(context, downwardAPI.items ?? [], defaultMode)] : []),
    ];
    for (const part of parts) for (const [path, file] of part) files.set(path, file);
    if (serviceAccountToken) files.set(serviceAccountToken.path, { content: context.tokenOf(context.pod), mode: defaultMode });
  }
  return files;
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
