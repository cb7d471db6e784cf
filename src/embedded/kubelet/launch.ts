import type { ConfigMap, Container, Pod } from '../../kube/types/core.ts';
import type { Image } from '../programs/image.ts';
import type { FileSpec } from '../shell/container-process.ts';
import type { ContainerSlot } from './container-slot.ts';
import { ContainerConfigError, containerEnvironment } from './environment.ts';
import { DEFAULT_MEMORY_MB } from './default-memory.ts';
import { expandVariables } from './expansion.ts';
import type { NodeServices } from './node-services.ts';
import { unitsOf } from './node-resources.ts';
import type { PodRecord } from './pod-record.ts';
import type { ContainerLaunch } from './running-container.ts';

const LEAST_MEMORY_MB = 64;
const MAX_HOSTNAME_CHARACTERS = 63;
/** Folders of the root file system that `readOnlyRootFilesystem` makes unwritable. */
const ROOT_FOLDERS = ['/boot', '/etc', '/home', '/media', '/mnt', '/opt', '/root', '/run', '/srv', '/tmp', '/usr', '/var'];

interface SecurityContext {
  runAsUser?: number;
  runAsNonRoot?: boolean;
  readOnlyRootFilesystem?: boolean;
}

/** Everything about a container's start that its pod, its image and the node decide. */
export type PreparedLaunch = Omit<ContainerLaunch, 'startedAtMs' | 'onOutput' | 'onEnd'>;

/** Puts together how a container starts; throws ContainerConfigError when its configuration does not allow it. Models kuberuntime_container.go generateContainerConfig. */
export function prepareLaunch(services: NodeServices, record: PodRecord, { spec }: ContainerSlot, image: Image): PreparedLaunch {
  const { pod, addresses } = record;
  const own = containerEnvironment({ api: services.api, pod, addresses, node: services.allocatable }, spec);
  const user = userOf(record, spec, image);
  const hostname = hostnameOf(pod);
  const mounted = record.volumes.mount(spec);
  return {
    argv: commandOf(spec, image, own),
    env: { HOME: user === 0 ? '/root' : '/', HOSTNAME: hostname, ...image.env, ...own },
    workingDirectory: spec.workingDir || image.workingDirectory || '/',
    hostname,
    user,
    files: { ...accountFiles(services, record), ...systemFiles(record, spec, hostname), ...mounted.files },
    directories: [...mounted.directories, ...(spec.workingDir ? [spec.workingDir] : [])],
    readOnlyPaths: [...mounted.readOnlyPaths, ...readOnlyFolders(spec, mounted.directories, mounted.readOnlyPaths)],
    memoryMb: memoryOf(spec),
  };
}

/** Models kubecontainer.ExpandContainerCommandAndArgs, with what the runtime takes from the image. */
function commandOf({ command = [], args = [] }: Container, image: Image, env: Readonly<Record<string, string>>): string[] {
  const expand = (words: readonly string[]): string[] => words.map((word) => expandVariables(word, (name) => env[name]));
  if (command.length > 0) return [...expand(command), ...expand(args)];
  return [...image.entrypoint, ...(args.length > 0 ? expand(args) : image.cmd)];
}

/** Models kuberuntime/security_context.go verifyRunAsNonRoot. */
function userOf({ pod, fullName }: PodRecord, container: Container, image: Image): number {
  const context = { ...(pod.spec['securityContext'] as SecurityContext), ...(container['securityContext'] as SecurityContext) };
  const user = context.runAsUser ?? image.user;
  if (context.runAsNonRoot && user === 0) {
    const problem =
      context.runAsUser === 0 ? "container's runAsUser breaks non-root policy" : 'container has runAsNonRoot and image will run as root';
    throw new ContainerConfigError(`${problem} (pod: ${JSON.stringify(fullName)}, container: ${container.name})`);
  }
  return user;
}

function hostnameOf({ metadata, spec }: Pod): string {
  return spec.hostname || metadata.name.slice(0, MAX_HOSTNAME_CHARACTERS).replace(/[-.]+$/, '');
}

const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * What the API server's admission gives every pod: the token of its service account. Why here: the kit's pods do not show the volume that it
 * would come in, and yet their programs find it.
 */
function accountFiles(services: NodeServices, { pod }: PodRecord): Record<string, FileSpec> {
  const { namespace } = pod.metadata;
  const { api } = services;
  const account = api.get('serviceaccounts', namespace, pod.spec.serviceAccountName ?? 'default');
  const isWanted = pod.spec.automountServiceAccountToken ?? (account?.['automountServiceAccountToken'] as boolean | undefined) ?? true;
  if (!account || !isWanted) return {};
  const ca = api.get<ConfigMap>('configmaps', namespace, 'kube-root-ca.crt')?.data?.['ca.crt'] ?? '';
  const contents = { token: services.tokenOf(pod), namespace: namespace ?? '', 'ca.crt': ca };
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => [`${ACCOUNT_FOLDER}/${name}`, { content }]));
}

/** Files that the kubelet itself mounts. */
function systemFiles({ pod, addresses }: PodRecord, container: Container, hostname: string): Record<string, FileSpec> {
  const { namespace } = pod.metadata;
  const search = [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'].join(' ');
  return {
    '/etc/hosts': { content: `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n${addresses.podIP}\t${hostname}\n` },
    '/etc/resolv.conf': { content: `search ${search}\nnameserver 10.96.0.10\noptions ndots:5\n` },
    [terminationMessagePath(container)]: { content: '', mode: 0o666 },
  };
}

/** Where a container may leave its last words. */
export function terminationMessagePath(container: Container): string {
  return (container['terminationMessagePath'] as string | undefined) || '/dev/termination-log';
}

function readOnlyFolders(container: Container, mounts: readonly string[], readOnlyMounts: readonly string[]): string[] {
  if (!(container['securityContext'] as SecurityContext | undefined)?.readOnlyRootFilesystem) return [];
  const writable = mounts.filter((path) => !readOnlyMounts.includes(path));
  return ROOT_FOLDERS.filter((folder) => !writable.some((path) => path === folder || path.startsWith(`${folder}/`)));
}

function memoryOf({ resources }: Container): number {
  const limit = resources?.limits?.['memory'];
  return limit === undefined ? DEFAULT_MEMORY_MB : Math.max(LEAST_MEMORY_MB, Math.floor(unitsOf(limit) / 2 ** 20));
}
