import { Readable } from 'node:stream';
import { KindProgram, type CreateOptions } from '../../src/backends/kind/kind-program.ts';
import { EnvironmentError } from '../../src/errors.ts';
import type { ContainerFacts, Docker, DockerFacts, ExecResult, ImageBuild } from '../../src/system/docker.ts';

/** Something that a test lets happen instead of, or before, a step. */
export type Intervention = () => Promise<void>;

/** A Docker that only remembers what it was asked for. */
export class PretendDocker implements Docker {
  readonly images = new Map<string, string>();
  readonly containers = new Map<string, ContainerFacts>();
  readonly labels = new Map<string, Record<string, string>>();
  readonly networks = new Set<string>();
  readonly built: string[] = [];
  /** What was loaded from archives. */
  readonly loaded: Buffer[] = [];
  /** Archives that nodes were asked to load by themselves. */
  readonly imported: string[] = [];
  /** Whether they do; otherwise what is loaded comes by way of kind. */
  takesArchives = false;
  /** What every call fails with. */
  failure: Error | undefined;
  platform = 'linux/amd64';
  /** Happens before an image is pulled or built. */
  beforeImage: Intervention = () => Promise.resolve();
  beforeLoad: Intervention = () => Promise.resolve();
  execute: (container: string, words: readonly string[]) => ExecResult | Promise<ExecResult> = () => ({
    exitCode: 0,
    stdout: String(Date.now()),
    stderr: '',
  });

  facts(): Promise<DockerFacts> {
    return this.#answer({
      version: '28.2.2',
      cgroupVersion: 2,
      memoryBytes: 2 ** 33,
      rootFolder: '/no/such/folder',
      platform: this.platform,
    });
  }

  imageId(reference: string): Promise<string | undefined> {
    return this.#answer(this.images.get(reference));
  }

  imageLabels(reference: string): Promise<Record<string, string> | undefined> {
    return this.#answer(this.images.has(reference) ? (this.labels.get(reference) ?? {}) : undefined);
  }

  async pull(reference: string): Promise<void> {
    await this.beforeImage();
    await this.#answer(this.images.set(reference, `sha256:${reference}`));
  }

  async build({ tag, labels }: ImageBuild): Promise<void> {
    await this.beforeImage();
    this.built.push(tag);
    this.labels.set(tag, labels);
    await this.#answer(this.images.set(tag, `sha256:${tag}`));
  }

  async tag(reference: string, newReference: string): Promise<void> {
    await this.#answer(this.images.set(newReference, this.images.get(reference) ?? ''));
  }

  async removeOutdatedImages(): Promise<void> {
    await this.#answer(undefined);
  }

  async removeImage(reference: string): Promise<void> {
    await this.#answer(this.images.delete(reference));
  }

  save(references: readonly string[]): Promise<Readable> {
    return this.#answer(Readable.from([Buffer.from(`images: ${references.join(' ')}`)]));
  }

  async load(archive: Readable): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    await this.beforeLoad();
    this.loaded.push(Buffer.concat(chunks));
  }

  container(name: string): Promise<ContainerFacts | undefined> {
    return this.#answer(this.containers.get(name));
  }

  containersWith(label: string): Promise<ContainerFacts[]> {
    return this.#answer([...this.containers.values()].filter(({ labels }) => labels[label] !== undefined));
  }

  async startContainer(name: string): Promise<void> {
    await this.#answer(this.containers.set(name, { ...this.containers.get(name)!, isRunning: true }));
  }

  async stopContainer(name: string): Promise<void> {
    await this.#answer(this.containers.set(name, { ...this.containers.get(name)!, isRunning: false }));
  }

  async removeContainer(name: string): Promise<void> {
    await this.#answer(this.containers.delete(name));
  }

  async exec(container: string, words: readonly string[]): Promise<ExecResult> {
    if (words.includes('import')) {
      this.imported.push(words.at(-1)!);
      return this.#answer({ exitCode: this.takesArchives ? 0 : 1, stdout: '', stderr: '' });
    }
    return this.#answer(await this.execute(container, words));
  }

  runOnce(): Promise<ExecResult> {
    return this.#answer({ exitCode: 0, stdout: 'v1.34.4\n', stderr: '' });
  }

  hasNetwork(name: string): Promise<boolean> {
    return this.#answer(this.networks.has(name));
  }

  async removeUnusedNetwork(name: string): Promise<void> {
    await this.#answer(this.networks.delete(name));
  }

  #answer<T>(value: T): Promise<T> {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(value);
  }
}

/** A kind that makes its clusters out of thin air. */
export class PretendKind extends KindProgram {
  /** What was asked of it, such as `create lab-x`. */
  readonly calls: string[] = [];
  onCreate: (options: CreateOptions) => Promise<void> = () => Promise.resolve();
  onLoad: Intervention = () => Promise.resolve();
  /** What `get kubeconfig` prints while a cluster is being made. */
  kubeconfigSoFar: string | undefined;
  onDelete: (name: string) => void = () => undefined;

  constructor() {
    super({ path: 'no-such-kind', env: {}, onInterrupt: () => () => undefined });
  }

  override version(): Promise<string | undefined> {
    return Promise.resolve('0.33.0');
  }

  override async create(options: CreateOptions): Promise<void> {
    this.calls.push(`create ${options.name}`);
    await this.onCreate(options);
  }

  override async load(name: string): Promise<void> {
    this.calls.push(`load ${name}`);
    await this.onLoad();
  }

  override kubeconfig(name: string): Promise<string> {
    if (this.kubeconfigSoFar !== undefined) return Promise.resolve(this.kubeconfigSoFar);
    return Promise.reject(new EnvironmentError(`could not locate any control plane nodes for cluster named '${name}'`));
  }

  override delete(name: string): Promise<void> {
    this.calls.push(`delete ${name}`);
    this.onDelete(name);
    return Promise.resolve();
  }
}
