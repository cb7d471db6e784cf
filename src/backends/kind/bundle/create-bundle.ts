import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EnvironmentError } from '../../../errors.ts';
import type { Docker } from '../../../system/docker.ts';
import { isSystemError } from '../../../system/files.ts';
import { TarWriter } from '../../../system/tar.ts';
import { INDEX_FILE, type BundleFile, type BundleFileName, type BundleIndex, type ManifestFileName } from './bundle-index.ts';

export interface CreateBundleOptions {
  file: string;
  docker: Docker;
  platform: string;
  images: readonly string[];
  settings: BundleIndex['settings'];
  /** Texts of the install manifests. */
  manifests: Partial<Record<ManifestFileName, string>>;
  /** Where the programs are. */
  programs: { kind: string; kubectl: string };
  detail: (text: string) => void;
}

/** A level that makes images half as large in reasonable time. */
const GZIP_LEVEL = 1;
const NAMES: readonly BundleFileName[] = ['bin/kind', 'bin/kubectl', 'argo-rollouts.yaml', 'tekton.yaml', 'images.tar.gz'];

/** Writes everything that a kind lab needs into one archive, which is there as a whole or not at all. Answers its size in bytes. */
export async function createBundle(options: CreateBundleOptions): Promise<number> {
  const { file, docker, platform, images, settings, detail } = options;
  const [draft, imagesFile] = [`${file}.part`, `${file}.images`];
  try {
    detail(`packing ${images.length} images`);
    await pipeline(await docker.save(images), createGzip({ level: GZIP_LEVEL }), createWriteStream(imagesFile));
    const sources = sourcesOf(options, imagesFile);
    const files: BundleFile[] = [];
    for (const name of NAMES) {
      const source = sources[name];
      if (!source) continue;
      detail(`checksum of ${name}`);
      files.push(await describe(name, source));
    }
    const index: BundleIndex = { format: 'lab-bundle', version: 1, platform, images: [...images], settings, files };
    const tar = new TarWriter(createWriteStream(draft));
    const text = Buffer.from(JSON.stringify(index, undefined, 2));
    await tar.add(INDEX_FILE, text.length, [text]);
    for (const { name, sizeBytes } of files) {
      detail(`writing ${name}`);
      await tar.add(name, sizeBytes, sources[name]!(), name.startsWith('bin/') ? 0o755 : 0o644);
    }
    await tar.end();
    await rename(draft, file);
    return (await stat(file)).size;
  } catch (error) {
    throw isSystemError(error, 'ENOSPC', 'EACCES', 'EPERM', 'ENOENT', 'EROFS', 'EISDIR') ? unwritable(file, error) : error;
  } finally {
    await rm(draft, { force: true });
    await rm(imagesFile, { force: true });
  }
}

type Source = () => AsyncIterable<Buffer>;

function sourcesOf({ manifests, programs }: CreateBundleOptions, imagesFile: string): Partial<Record<BundleFileName, Source>> {
  const fromFile =
    (path: string): Source =>
    () =>
      createReadStream(path) as AsyncIterable<Buffer>;
  const fromText = (text: string): Source =>
    async function* () {
      yield await Promise.resolve(Buffer.from(text));
    };
  return {
    'images.tar.gz': fromFile(imagesFile),
    ...Object.fromEntries(Object.entries(manifests).map(([name, text]) => [name, fromText(text)])),
    'bin/kind': fromFile(programs.kind),
    'bin/kubectl': fromFile(programs.kubectl),
  };
}

async function describe(name: BundleFileName, source: Source): Promise<BundleFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of source()) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { name, sizeBytes, sha256: hash.digest('hex') };
}

function unwritable(file: string, cause: NodeJS.ErrnoException): EnvironmentError {
  return new EnvironmentError(`cannot write ${file}: ${cause.code === 'ENOSPC' ? 'the disk is full' : cause.message}`, {
    cause,
    hint: 'A bundle takes about 1 GB, and twice that while it is made. Choose a folder that has room and that you may write in.',
  });
}
