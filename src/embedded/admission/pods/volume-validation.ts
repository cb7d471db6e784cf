import type { KeyToPath, Volume } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { parseQuantity } from '../../schema/quantity.ts';
import { duplicateValue, forbiddenValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName, checkSupported } from '../checks.ts';
import { dns1123Label } from '../name-problems.ts';
import { checkDescendingPath, checkFileMode, checkNoBacksteps } from '../paths.ts';
import { checkFieldRef, checkResourceFieldRef } from './downward-api-validation.ts';

type Source = Record<string, unknown>;
type SourceCheck = (field: string, source: Source) => StatusCause[];

/** How each kind of volume is checked, in the server's order: the second kind that a volume names is refused. */
const SOURCE_CHECKS: [source: string, check: SourceCheck | undefined][] = [
  ['emptyDir', checkEmptyDir],
  ['hostPath', checkHostPath],
  ['gitRepo', (field, source) => required(field, source, 'repository')],
  ['gcePersistentDisk', (field, source) => required(field, source, 'pdName')],
  ['awsElasticBlockStore', (field, source) => required(field, source, 'volumeID')],
  ['secret', (field, source) => checkKeyedFiles(field, source, 'secretName')],
  ['nfs', checkNfs],
  ['iscsi', (field, source) => required(field, source, 'targetPortal')],
  ['glusterfs', (field, source) => required(field, source, 'endpoints')],
  ['flocker', undefined],
  ['persistentVolumeClaim', (field, source) => required(field, source, 'claimName')],
  ['rbd', (field, source) => required(field, source, 'image')],
  ['cinder', (field, source) => required(field, source, 'volumeID')],
  ['cephfs', (field, source) => required(field, source, 'monitors')],
  ['quobyte', undefined],
  [
    'downwardAPI',
    (field, source) => [...checkFileMode(`${field}.defaultMode`, source['defaultMode'] as number), ...checkDownwardItems(field, source)],
  ],
  ['fc', undefined],
  ['flexVolume', (field, source) => required(field, source, 'driver')],
  ['configMap', (field, source) => checkKeyedFiles(field, source, 'name')],
  ['azureFile', (field, source) => required(field, source, 'shareName')],
  ['vsphereVolume', (field, source) => required(field, source, 'volumePath')],
  ['photonPersistentDisk', (field, source) => required(field, source, 'pdID')],
  ['portworxVolume', (field, source) => required(field, source, 'volumeID')],
  ['azureDisk', (field, source) => required(field, source, 'diskName')],
  ['storageos', undefined],
  ['projected', checkProjected],
  ['scaleIO', undefined],
  ['csi', (field, source) => required(field, source, 'driver')],
  ['ephemeral', (field, source) => required(field, source, 'volumeClaimTemplate')],
  ['image', undefined],
];

/** Checks the volumes of a pod; `names` are those that containers may mount. Models core/validation ValidateVolumes. */
export function checkVolumes(field: string, volumes: readonly Volume[]): { causes: StatusCause[]; names: Set<string> } {
  const names = new Set<string>();
  const causes = volumes.flatMap((volume, index) => {
    const place = `${field}[${index}]`;
    const found = [...checkSource(place, volume), ...checkVolumeName(`${place}.name`, volume.name, names)];
    if (found.length === 0) names.add(volume.name);
    return found;
  });
  return { causes, names };
}

function checkVolumeName(field: string, name: string | undefined, names: ReadonlySet<string>): StatusCause[] {
  const wrong = name ? checkName(field, name, dns1123Label) : [requiredValue(field)];
  return name && names.has(name) ? [...wrong, duplicateValue(field, name)] : wrong;
}

function checkSource(place: string, volume: Volume): StatusCause[] {
  const present = SOURCE_CHECKS.filter(([source]) => volume[source] !== undefined && volume[source] !== null);
  if (present.length === 0) return [requiredValue(place, 'must specify a volume type')];
  const [[first, check], ...others] = present as [[string, SourceCheck | undefined], ...[string, SourceCheck | undefined][]];
  return [
    ...(check?.(`${place}.${first}`, volume[first] as Source) ?? []),
    ...others.map(([source]) => forbiddenValue(`${place}.${source}`, 'may not specify more than 1 volume type')),
  ];
}

function required(field: string, source: Source, key: string): StatusCause[] {
  const value = source[key];
  const isMissing = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return isMissing ? [requiredValue(`${field}.${key}`)] : [];
}

function checkEmptyDir(field: string, { sizeLimit }: Source): StatusCause[] {
  const isNegative = typeof sizeLimit === 'string' && parseQuantity(sizeLimit).nano < 0n;
  return isNegative ? [forbiddenValue(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : [];
}

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

function checkHostPath(field: string, { path, type }: Source): StatusCause[] {
  if (!path) return [requiredValue(`${field}.path`)];
  return [...checkNoBacksteps(`${field}.path`, path as string), ...checkSupported(`${field}.type`, type ?? '', HOST_PATH_TYPES)];
}

function checkNfs(field: string, source: Source): StatusCause[] {
  const relative = typeof source['path'] === 'string' && source['path'] !== '' && !source['path'].startsWith('/');
  return [
    ...required(field, source, 'server'),
    ...required(field, source, 'path'),
    ...(relative ? [invalidValue(`${field}.path`, source['path'], 'must be an absolute path')] : []),
  ];
}

function checkKeyedFiles(field: string, source: Source, nameKey: string): StatusCause[] {
  return [
    ...required(field, source, nameKey),
    ...checkFileMode(`${field}.defaultMode`, source['defaultMode'] as number | undefined),
    ...checkItems(`${field}.items`, source['items'] as KeyToPath[] | undefined),
  ];
}

function checkItems(field: string, items: readonly KeyToPath[] = []): StatusCause[] {
  return items.flatMap(({ key, path, mode }, index) => {
    const place = `${field}[${index}]`;
    return [
      ...(key ? [] : [requiredValue(`${place}.key`)]),
      ...checkFilePath(`${place}.path`, path),
      ...checkFileMode(`${place}.mode`, mode),
    ];
  });
}

function checkFilePath(field: string, path: string | undefined): StatusCause[] {
  if (!path) return [requiredValue(field)];
  const reserved =
    path.startsWith('..') && !path.startsWith('../') && path !== '..' ? [invalidValue(field, path, "must not start with '..'")] : [];
  return [...checkDescendingPath(field, path), ...reserved];
}

interface DownwardItem {
  path?: string;
  fieldRef?: { fieldPath?: string };
  resourceFieldRef?: { resource?: string; containerName?: string };
  mode?: number;
}

function checkDownwardItems(field: string, source: Source): StatusCause[] {
  const items = (source['items'] as DownwardItem[] | undefined) ?? [];
  return items.flatMap((item, index) => {
    const place = `${field}.items[${index}]`;
    const both = item.fieldRef && item.resourceFieldRef;
    const none = !item.fieldRef && !item.resourceFieldRef;
    return [
      ...checkFilePath(`${place}.path`, item.path),
      ...(item.fieldRef ? checkFieldRef(`${place}.fieldRef`, item.fieldRef, 'volume') : []),
      ...(both ? [invalidValue(place, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')] : []),
      ...(item.resourceFieldRef && !both ? checkResourceFieldRef(`${place}.resourceFieldRef`, item.resourceFieldRef, 'volume') : []),
      ...(none ? [requiredValue(place, 'one of fieldRef and resourceFieldRef is required')] : []),
      ...checkFileMode(`${place}.mode`, item.mode),
    ];
  });
}

const LEAST_TOKEN_SECONDS = 600;

function checkProjected(field: string, source: Source): StatusCause[] {
  const sources = (source['sources'] as Record<string, Source>[] | undefined) ?? [];
  return [
    ...checkFileMode(`${field}.defaultMode`, source['defaultMode'] as number | undefined),
    ...sources.flatMap((projection, index) => checkProjection(field, `${field}.sources[${index}]`, projection)),
  ];
}

/** Why: the path of a token is reported on the volume, not on its source, by the server. */
function checkProjection(field: string, place: string, projection: Record<string, Source>): StatusCause[] {
  const { secret, configMap, downwardAPI, serviceAccountToken: token } = projection;
  const keyed = Object.entries({ secret, configMap }).flatMap(([kind, source]) =>
    source
      ? [...required(`${place}.${kind}`, source, 'name'), ...checkItems(`${place}.${kind}.items`, source['items'] as KeyToPath[])]
      : [],
  );
  const count = Object.values(projection).filter((source) => source).length;
  const seconds = token?.['expirationSeconds'] as number | undefined;
  return [
    ...keyed,
    ...(downwardAPI ? checkDownwardItems(`${place}.downwardAPI`, downwardAPI) : []),
    ...(seconds !== undefined && seconds < LEAST_TOKEN_SECONDS
      ? [invalidValue(`${place}.serviceAccountToken.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')]
      : []),
    ...(token && !token['path'] ? [requiredValue(`${field}.path`)] : []),
    ...(count > 1 ? [forbiddenValue(place, 'may not specify more than 1 volume type per source')] : []),
  ];
}
