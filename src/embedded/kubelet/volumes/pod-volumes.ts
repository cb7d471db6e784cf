import type { Container, Volume, VolumeMount } from '../../../kube/types/core.ts';
import { equalJson } from '../../../system/json.ts';
import type { FileSpec } from '../../shell/container-process.ts';
import { sourcesOf, volumeFiles, type VolumeContext, type VolumeFiles } from './volume-content.ts';
import { VolumeError } from './volume-error.ts';

/** What a container finds mounted. */
export interface MountedFiles {
  /** By absolute path. */
  files: Record<string, FileSpec>;
  directories: string[];
  readOnlyPaths: string[];
}

/** A volume that could not be set up. */
export interface MountFailure {
  volume: string;
  message: string;
}

/** The volumes of one pod: set up once, kept up to date, and mounted into each container. */
export class PodVolumes {
  readonly #context: VolumeContext;
  readonly #content = new Map<string, VolumeFiles>();

  constructor(context: VolumeContext) {
    this.#context = context;
  }

  /** Sets up what is not set up yet; answers what could not be. */
  setUp(): MountFailure[] {
    const failures: MountFailure[] = [];
    for (const volume of this.#volumes) {
      if (this.#content.has(volume.name)) continue;
      const content = this.#read(volume);
      if (typeof content === 'string') failures.push({ volume: volume.name, message: content });
      else this.#content.set(volume.name, content);
    }
    return failures;
  }

  /** Whether a changed ConfigMap or Secret (`configmaps/name`) is in one of the volumes. */
  follows(source: string): boolean {
    return this.#volumes.some((volume) => sourcesOf(volume).includes(source));
  }

  /** Reads ConfigMaps and Secrets again; answers the names of the volumes that changed. What went away stays as it was. */
  refresh(): string[] {
    return this.#volumes.flatMap((volume) => {
      const before = this.#content.get(volume.name);
      if (!before || sourcesOf(volume).length === 0) return [];
      const content = this.#read(volume);
      if (typeof content === 'string' || equalJson(Object.fromEntries(before), Object.fromEntries(content))) return [];
      this.#content.set(volume.name, content);
      return [volume.name];
    });
  }

  /** Keeps what a container left in a volume that it may write to, for those that are started after it. */
  store(volume: string, files: VolumeFiles): void {
    this.#content.set(volume, files);
  }

  /** Mounts that the container may write to and that other containers of the pod have too. */
  sharedMounts(container: Container): VolumeMount[] {
    const writable = new Set(this.#volumes.filter(({ emptyDir }) => emptyDir).map(({ name }) => name));
    return (container.volumeMounts ?? []).filter(({ name, readOnly, subPath }) => writable.has(name) && !readOnly && !subPath);
  }

  mount(container: Container): MountedFiles {
    const mounted: MountedFiles = { files: {}, directories: [], readOnlyPaths: [] };
    for (const mount of container.volumeMounts ?? []) this.#add(mounted, mount);
    return mounted;
  }

  /** Files of the volumes that were named, as the container has them mounted; a `subPath` is never brought up to date. */
  mountedFilesOf(container: Container, volumes: readonly string[]): Record<string, FileSpec> {
    const mounts = (container.volumeMounts ?? []).filter(({ name, subPath }) => volumes.includes(name) && !subPath);
    return this.mount({ ...container, volumeMounts: mounts }).files;
  }

  #add(mounted: MountedFiles, { name, mountPath, subPath, readOnly }: VolumeMount): void {
    const content = this.#content.get(name) ?? new Map<string, FileSpec>();
    const single = subPath === undefined ? undefined : content.get(subPath);
    if (single) mounted.files[mountPath] = single;
    else {
      const prefix = subPath ? `${subPath}/` : '';
      mounted.directories.push(mountPath);
      for (const [path, file] of content) {
        if (path.startsWith(prefix)) mounted.files[`${mountPath.replace(/\/$/, '')}/${path.slice(prefix.length)}`] = file;
      }
    }
    const isFixed = this.#volumes.find((volume) => volume.name === name)?.emptyDir === undefined;
    if (readOnly || isFixed) mounted.readOnlyPaths.push(mountPath);
  }

  get #volumes(): readonly Volume[] {
    return this.#context.pod.spec.volumes ?? [];
  }

  /** The content, or why there is none. */
  #read(volume: Volume): VolumeFiles | string {
    try {
      return volumeFiles(this.#context, volume);
    } catch (error) {
      if (error instanceof VolumeError) return error.message;
      throw error;
    }
  }
}
