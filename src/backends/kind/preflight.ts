import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { EnvironmentError, type EnvironmentProblem } from '../../errors.ts';
import type { ContainerFacts, DockerFacts } from '../../system/docker.ts';
import { run } from '../../system/exec.ts';
import { readIfThere } from '../../system/files.ts';
import type { ClusterPlaces } from './cluster-record.ts';
import { ARGO_ROLLOUTS, isAddress, missingManifest, TEKTON, type Installable } from './install-manifest.ts';
import type { Machine } from './machine.ts';
import { isAtLeast, versionIn } from './node-version.ts';
import type { KindSettings } from './settings.ts';

/** What was found on this machine. */
export interface MachineFacts {
  /** What Docker says, or why it says nothing. */
  docker: DockerFacts | EnvironmentError;
  hasDockerCommand: boolean;
  /** Version of kind. */
  kind: string | undefined;
  /** Free bytes where Docker keeps images; undefined where that cannot be told. */
  freeBytes: number | undefined;
  /** Whether the wished port of the API server is taken. */
  isPortTaken: boolean;
  /** A container of the node's name. */
  node: ContainerFacts | undefined;
  /** What cannot be installed since its manifest is set to a file that is not there. */
  withoutManifest: readonly MissingManifest[];
}

interface MissingManifest {
  installable: Installable;
  file: string;
}

const OLDEST_DOCKER = [20, 10] as const;
const OLDEST_KIND = [0, 20] as const;
const GIGABYTE = 1024 ** 3;
/** Why a little less than 4: a machine of 4 GB has a little less to give. */
const LEAST_MEMORY_BYTES = 3.8 * GIGABYTE;
const LEAST_DISK_BYTES = 10 * GIGABYTE;
const FIRST_WITHOUT_CGROUP_V1 = [1, 35] as const;

/** Looks at everything that a kind cluster needs, in which a scenario can have what it needs. */
export async function lookAtMachine(
  { docker, kind }: Machine,
  places: Pick<ClusterPlaces, 'node'> | undefined,
  settings: KindSettings,
  needs: readonly string[],
): Promise<MachineFacts> {
  const { apiPort } = settings;
  const [facts, hasDockerCommand, kindVersion, isTaken, withoutManifest] = await Promise.all([
    docker.facts().catch(asEnvironmentError),
    canRun('docker'),
    kind.version(),
    isPortTaken(apiPort),
    missingManifests(settings, needs),
  ]);
  const isThere = !(facts instanceof EnvironmentError);
  const node = isThere && places ? await docker.container(places.node) : undefined;
  return {
    docker: facts,
    hasDockerCommand,
    kind: kindVersion,
    freeBytes: isThere ? await freeBytesAt(facts.rootFolder) : undefined,
    isPortTaken: isTaken && node === undefined,
    node,
    withoutManifest,
  };
}

/** Everything that stands in the way of a kind cluster, with what to do about each. */
export function findProblems(
  facts: MachineFacts,
  settings: KindSettings,
  places: Pick<ClusterPlaces, 'name' | 'policyFolder'>,
): EnvironmentProblem[] {
  return [
    ...dockerProblems(facts, settings),
    ...kindProblems(facts),
    ...placeProblems(facts, settings, places),
    ...facts.withoutManifest.map(({ installable, file }) => missingManifest(installable, file)),
  ];
}

/** Rejects with an EnvironmentError that lists them all. */
export function refuseOnProblems(problems: readonly EnvironmentProblem[]): void {
  if (problems.length === 0) return;
  throw new EnvironmentError('a kind cluster cannot be made on this machine', {
    problems,
    hint: 'Mend what is listed and try again, or use `--backend embedded`, which needs nothing but Node.',
  });
}

/** Whether a container of that name is the lab's own: the folder it has mounted says so. */
export function isOurs(node: ContainerFacts, { policyFolder }: Pick<ClusterPlaces, 'policyFolder'>): boolean {
  return node.mounts.some(({ source }) => source === policyFolder || source.endsWith(policyFolder));
}

function dockerProblems({ docker, hasDockerCommand, freeBytes }: MachineFacts, { nodeImage }: KindSettings): EnvironmentProblem[] {
  const problems: EnvironmentProblem[] = [];
  if (docker instanceof EnvironmentError) {
    problems.push({ what: docker.message, remedy: docker.hint ?? 'Start Docker.' });
  } else {
    const version = versionIn(docker.version);
    if (version && !isAtLeast(version, OLDEST_DOCKER))
      problems.push({ what: `Docker ${docker.version} is too old`, remedy: `Install Docker ${OLDEST_DOCKER.join('.')} or later.` });
    if (docker.memoryBytes < LEAST_MEMORY_BYTES)
      problems.push({
        what: `Docker has ${gigabytes(docker.memoryBytes)} of memory, and a cluster needs 4 GB`,
        remedy: 'Give Docker more memory in its settings, or use a machine that has more.',
      });
    problems.push(...cgroupProblems(docker, nodeImage));
  }
  if (!hasDockerCommand)
    problems.push({
      what: 'the docker command is not installed',
      remedy: 'Install it: kind works through it. https://docs.docker.com/engine/install/',
    });
  if (freeBytes !== undefined && freeBytes < LEAST_DISK_BYTES)
    problems.push({
      what: `the disk that Docker uses has ${gigabytes(freeBytes)} free, and the lab needs 10 GB`,
      remedy: 'Make room; `docker system df` shows what Docker holds, `docker system prune` gives unused parts back.',
    });
  return problems;
}

function cgroupProblems({ cgroupVersion }: DockerFacts, nodeImage: string): EnvironmentProblem[] {
  const version = versionIn(nodeImage);
  if (cgroupVersion !== 1 || !version || !isAtLeast(version, FIRST_WITHOUT_CGROUP_V1)) return [];
  return [
    {
      what: `this machine has cgroup v1, on which Kubernetes ${version.join('.')} refuses to start`,
      remedy: 'Set LAB_NODE_IMAGE to a node image of Kubernetes 1.34 or earlier, or boot with cgroup v2.',
    },
  ];
}

function kindProblems({ kind }: MachineFacts): EnvironmentProblem[] {
  if (kind === undefined)
    return [{ what: 'kind is not installed', remedy: 'Install it: https://kind.sigs.k8s.io/docs/user/quick-start/#installation' }];
  const version = versionIn(kind);
  if (!version || isAtLeast(version, OLDEST_KIND)) return [];
  return [{ what: `kind ${kind} is too old`, remedy: `Install kind ${OLDEST_KIND.join('.')} or later.` }];
}

function placeProblems(
  { isPortTaken: isTaken, node }: MachineFacts,
  { apiPort }: KindSettings,
  places: Pick<ClusterPlaces, 'name' | 'policyFolder'>,
): EnvironmentProblem[] {
  const problems: EnvironmentProblem[] = [];
  if (isTaken)
    problems.push({
      what: `port ${apiPort}, which lab.config.yaml wants for the API server, is taken`,
      remedy: 'Choose another one there, or take `kind.apiPort` out: then a free one is found.',
    });
  if (node && !isOurs(node, places))
    problems.push({
      what: `there is a kind cluster "${places.name}" that this lab has not made`,
      remedy: `Type \`kind delete cluster --name ${places.name}\` if nobody needs it.`,
    });
  return problems;
}

/** A manifest that comes from an address is looked for when it is needed. */
async function missingManifests({ rolloutsManifest, tektonManifest }: KindSettings, needs: readonly string[]): Promise<MissingManifest[]> {
  const wanted: MissingManifest[] = [
    { installable: ARGO_ROLLOUTS, file: rolloutsManifest },
    ...(needs.includes('tekton') ? [{ installable: TEKTON, file: tektonManifest }] : []),
  ];
  const isMissing = await Promise.all(wanted.map(async ({ file }) => !isAddress(file) && (await readIfThere(file)) === undefined));
  return wanted.filter((_manifest, index) => isMissing[index]);
}

function asEnvironmentError(error: unknown): EnvironmentError {
  if (error instanceof EnvironmentError) return error;
  return new EnvironmentError('Docker does not answer as it should', { cause: error, hint: 'See what `docker info` says.' });
}

async function canRun(program: string): Promise<boolean> {
  return run(program, ['--version'], { timeoutMs: 10_000 }).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
}

/** Undefined where Docker runs on another machine, as on a desktop. */
async function freeBytesAt(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

async function isPortTaken(port: number): Promise<boolean> {
  if (port === 0) return false;
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(1)} GB`;
}
