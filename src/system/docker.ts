import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { findDockerEndpoint } from './docker-endpoint.ts';
import { orUnchanged, orUndefined, toLabError, withLabErrors, withTimeLimit } from './docker-errors.ts';
import { PullProgress } from './docker-progress.ts';
import { followProgress, readOutput, type Modem } from './docker-streams.ts';
import { quoteCommand } from './exec.ts';

/** What Docker says about itself. */
export interface DockerFacts {
  /** Such as `20.10.24`. */
  version: string;
  cgroupVersion: 1 | 2;
  /** Memory of the machine that containers run on. */
  memoryBytes: number;
  /** Where it keeps images, on the machine that containers run on. */
  rootFolder: string;
  /** Such as `linux/amd64`. */
  platform: string;
}

export interface ContainerFacts {
  id: string;
  name: string;
  isRunning: boolean;
  labels: Record<string, string>;
  mounts: { source: string; target: string }[];
}

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface ImageBuild {
  /** The folder that the files are in. */
  folder: string;
  /** Files and folders of the build context, the Dockerfile among them, relative to the folder. */
  files: readonly string[];
  dockerfile: string;
  tag: string;
  args: Record<string, string>;
  labels: Record<string, string>;
}

export interface Watched {
  /** Hears what is going on, in words. */
  onDetail?: (text: string) => void;
  signal?: AbortSignal;
}

/** What the lab wants of Docker. Every failure is a LabError that says what was tried. */
export interface Docker {
  /** Rejects with EnvironmentError when Docker does not answer or may not be used. */
  facts(): Promise<DockerFacts>;
  /** Undefined when the image is not there. */
  imageId(reference: string): Promise<string | undefined>;
  /** Undefined when the image is not there. */
  imageLabels(reference: string): Promise<Record<string, string> | undefined>;
  pull(reference: string, watched?: Watched): Promise<void>;
  /** Builds without network. */
  build(build: ImageBuild, watched?: Watched): Promise<void>;
  tag(reference: string, newReference: string): Promise<void>;
  /** Does nothing when the image is not there. */
  removeImage(reference: string): Promise<void>;
  /** Removes images with the label whose name another one has by now. */
  removeOutdatedImages(label: string): Promise<void>;
  /** The images as a tar archive. */
  save(references: readonly string[]): Promise<Readable>;
  load(archive: Readable): Promise<void>;
  container(name: string): Promise<ContainerFacts | undefined>;
  /** Containers that carry the label, stopped ones included. */
  containersWith(label: string): Promise<ContainerFacts[]>;
  startContainer(name: string): Promise<void>;
  stopContainer(name: string): Promise<void>;
  /** Removes it with its volumes; does nothing when it is not there. */
  removeContainer(name: string): Promise<void>;
  /** Runs a program in a container to its end. */
  exec(container: string, words: readonly string[], options?: { timeoutMs?: number }): Promise<ExecResult>;
  /** Runs a program of an image in a container of its own; answers what it printed. */
  runOnce(image: string, words: readonly string[]): Promise<ExecResult>;
  hasNetwork(name: string): Promise<boolean>;
  /** Removes a network that no container is on. */
  removeUnusedNetwork(name: string): Promise<void>;
}

/** The part of `docker info` that is looked at. */
interface SystemInfo {
  ServerVersion: string;
  CgroupVersion: string;
  MemTotal: number;
  DockerRootDir: string;
  OSType: string;
  Architecture: string;
}

const CALL_TIMEOUT_MS = 60_000;
const EXEC_TIMEOUT_MS = 60_000;
const STOP_GRACE_S = 10;
const EXIT_CODE_ATTEMPTS = 50;
const EXIT_CODE_PAUSE_MS = 100;
const PULL_HINT =
  'See whether this machine reaches the registry and the disk has room, and try again; without network, load a bundle with `lab bundle load FILE`.';

/** Docker as the machine has it. Nothing is asked of it yet. */
export async function connectDocker(env: Readonly<Record<string, string | undefined>>): Promise<Docker> {
  const [{ default: Client }, endpoint] = await Promise.all([import('dockerode'), findDockerEndpoint(env)]);
  const { isFromEnvironment, ...options } = endpoint;
  const isUsual = isFromEnvironment === true || Object.keys(options).length === 0;
  return new DockerodeDocker(isUsual ? new Client() : new Client(options));
}

class DockerodeDocker implements Docker {
  readonly #client: Dockerode;

  constructor(client: Dockerode) {
    this.#client = client;
  }

  async facts(): Promise<DockerFacts> {
    return this.#try('ask Docker what it is', async () => {
      const info = (await withTimeLimit(this.#client.info(), CALL_TIMEOUT_MS)) as Partial<SystemInfo>;
      return {
        version: info.ServerVersion ?? '',
        cgroupVersion: info.CgroupVersion === '1' ? 1 : 2,
        memoryBytes: info.MemTotal ?? 0,
        rootFolder: info.DockerRootDir ?? '',
        platform: `${info.OSType ?? 'linux'}/${architecture(info.Architecture ?? '')}`,
      };
    });
  }

  async imageId(reference: string): Promise<string | undefined> {
    return this.#try(`look for the image ${reference}`, () =>
      orUndefined(async () => (await this.#client.getImage(reference).inspect()).Id),
    );
  }

  async imageLabels(reference: string): Promise<Record<string, string> | undefined> {
    return this.#try(`look for the image ${reference}`, () =>
      orUndefined(async () => {
        const { Config } = (await this.#client.getImage(reference).inspect()) as { Config?: { Labels?: Record<string, string> | null } };
        return Config?.Labels ?? {};
      }),
    );
  }

  async pull(reference: string, { onDetail, signal }: Watched = {}): Promise<void> {
    const pull = async (): Promise<void> => {
      const stream = await this.#client.pull(reference, signal ? { abortSignal: signal } : {});
      const progress = new PullProgress();
      await followProgress(this.#modem, stream, (event) => onDetail?.(progress.note(event)), signal);
    };
    await this.#try(`docker pull ${reference}`, pull, PULL_HINT);
  }

  async build({ folder, files, dockerfile, tag, args, labels }: ImageBuild, { onDetail, signal }: Watched = {}): Promise<void> {
    await this.#try(`docker build --network none --file ${dockerfile} --tag ${tag} ${folder}`, async () => {
      const stream = await this.#client.buildImage(
        { context: folder, src: [...files] },
        { t: tag, dockerfile, buildargs: args, labels, networkmode: 'none', ...(signal && { abortSignal: signal }) },
      );
      await followProgress(this.#modem, stream, ({ stream: text }) => text?.trim() && onDetail?.(text.trim().split('\n')[0]!), signal);
    });
  }

  async tag(reference: string, newReference: string): Promise<void> {
    const { repo, tag } = splitReference(newReference);
    await this.#try(`docker tag ${reference} ${newReference}`, () => this.#client.getImage(reference).tag({ repo, tag }));
  }

  async removeImage(reference: string): Promise<void> {
    await this.#try(`docker image rm ${reference}`, () => orUndefined(() => this.#client.getImage(reference).remove()));
  }

  async removeOutdatedImages(label: string): Promise<void> {
    const filters = { dangling: ['true'], label: [label] };
    await this.#try(`docker image prune --force --filter label=${label}`, () => this.#client.pruneImages({ filters }));
  }

  async save(references: readonly string[]): Promise<Readable> {
    // Why: the types do not know the call that saves several images into one archive.
    const client = this.#client as Dockerode & { getImages(options: { names: string[] }): Promise<Readable> };
    const commandLine = `docker save ${references.join(' ')}`;
    const archive = await this.#try(commandLine, () => client.getImages({ names: [...references] }));
    return Readable.from(withLabErrors(archive, commandLine), { objectMode: false });
  }

  async load(archive: Readable): Promise<void> {
    await this.#try('docker load', async () => followProgress(this.#modem, await this.#client.loadImage(archive), () => undefined));
  }

  async container(name: string): Promise<ContainerFacts | undefined> {
    return this.#try(`look for the container ${name}`, () =>
      orUndefined(async () => toFacts(await withTimeLimit(this.#client.getContainer(name).inspect(), CALL_TIMEOUT_MS))),
    );
  }

  async containersWith(label: string): Promise<ContainerFacts[]> {
    return this.#try('list containers', async () => {
      const found = await withTimeLimit(this.#client.listContainers({ all: true, filters: { label: [label] } }), CALL_TIMEOUT_MS);
      const facts = await Promise.all(found.map(({ Id }) => this.container(Id)));
      return facts.filter((container) => container !== undefined);
    });
  }

  async startContainer(name: string): Promise<void> {
    await this.#try(`docker start ${name}`, () => orUnchanged(() => this.#client.getContainer(name).start()));
  }

  async stopContainer(name: string): Promise<void> {
    await this.#try(`docker stop ${name}`, () => orUnchanged(() => this.#client.getContainer(name).stop({ t: STOP_GRACE_S })));
  }

  async removeContainer(name: string): Promise<void> {
    await this.#try(`docker rm -f -v ${name}`, () => orUndefined(() => this.#client.getContainer(name).remove({ force: true, v: true })));
  }

  async exec(
    container: string,
    words: readonly string[],
    { timeoutMs = EXEC_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<ExecResult> {
    return this.#try(`docker exec ${container} ${quoteCommand(words)}`, async () => {
      const call = await this.#client.getContainer(container).exec({ Cmd: [...words], AttachStdout: true, AttachStderr: true });
      const stream = await call.start({});
      const output = await withTimeLimit(readOutput(this.#modem, stream), timeoutMs, () => stream.destroy());
      return { exitCode: await exitCodeOf(call), ...output };
    });
  }

  async runOnce(image: string, words: readonly string[]): Promise<ExecResult> {
    return this.#try(`docker run --rm ${image} ${quoteCommand(words)}`, async () => {
      const [program = '', ...args] = words;
      const container = await this.#client.createContainer({
        Image: image,
        Entrypoint: [program],
        Cmd: args,
        HostConfig: { NetworkMode: 'none' },
      });
      try {
        await container.start();
        const { StatusCode } = (await withTimeLimit(container.wait(), CALL_TIMEOUT_MS)) as { StatusCode: number };
        const logs = await container.logs({ stdout: true, stderr: true, follow: false });
        return { exitCode: StatusCode, ...(await readOutput(this.#modem, Readable.from([logs]))) };
      } finally {
        await container.remove({ force: true, v: true });
      }
    });
  }

  async hasNetwork(name: string): Promise<boolean> {
    const found = await this.#try(`look for the network ${name}`, () => orUndefined(() => this.#client.getNetwork(name).inspect()));
    return found !== undefined;
  }

  async removeUnusedNetwork(name: string): Promise<void> {
    await this.#try(`docker network rm ${name}`, () =>
      orUndefined(async () => {
        const network = this.#client.getNetwork(name);
        const { Containers } = (await network.inspect()) as { Containers?: Record<string, unknown> };
        if (Object.keys(Containers ?? {}).length === 0) await network.remove();
      }),
    );
  }

  get #modem(): Modem {
    return this.#client.modem;
  }

  /** Says what was tried when Docker refuses, and what to do when it does not answer. */
  async #try<T>(commandLine: string, act: () => Promise<T>, hint?: string): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw toLabError(error, commandLine, hint);
    }
  }
}

/** Docker says a moment later than the program's streams end how it ended; it never does when the connection broke off. */
async function exitCodeOf(call: Dockerode.Exec): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const { ExitCode } = await call.inspect();
    if (ExitCode !== null) return ExitCode;
    if (attempt === EXIT_CODE_ATTEMPTS) throw new Error('the connection to the program broke off');
    await pause(EXIT_CODE_PAUSE_MS);
  }
}

function toFacts({ Id, Name, State, Config, Mounts }: Dockerode.ContainerInspectInfo): ContainerFacts {
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    isRunning: State.Running,
    labels: Config.Labels,
    mounts: Mounts.map(({ Source, Destination }) => ({ source: Source, target: Destination })),
  };
}

/** Repository and tag; a colon before a slash belongs to a registry's port. */
function splitReference(reference: string): { repo: string; tag: string } {
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { repo: reference, tag: 'latest' };
}

function architecture(name: string): string {
  return { x86_64: 'amd64', aarch64: 'arm64' }[name] ?? name;
}
