/** An image's name, complete. */
export interface ImageReference {
  /** `docker.io` unless the name says another. */
  registry: string;
  /** `library/debian` for `debian`. */
  repository: string;
  /** `latest` unless the name says another, or a digest only. */
  tag: string | undefined;
  digest: string | undefined;
}

const PATH_COMPONENT = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const PATH = new RegExp(String.raw`^${PATH_COMPONENT}(?:/${PATH_COMPONENT})*$`);
const HOST = String.raw`[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?`;
const REGISTRY = new RegExp(String.raw`^${HOST}(?:\.${HOST})*(?::\d+)?$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const MAX_NAME_CHARACTERS = 255;

/** Reads an image's name the way container runtimes do; throws an Error with their words for one that is none. Models distribution/reference. */
export function parseImageReference(text: string): ImageReference {
  if (/^[0-9a-f]{64}$/.test(text)) throw new Error(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const { registry, remainder } = splitRegistry(text);
  const [nameAndTag = '', digest] = remainder.split(/@(.*)/s);
  const [repository = '', tag] = nameAndTag.split(/:(.*)/s);
  if (repository !== repository.toLowerCase()) {
    throw new Error(`invalid reference format: repository name (${repository}) must be lowercase`);
  }
  const isValid =
    REGISTRY.test(registry) &&
    PATH.test(repository) &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest));
  if (!isValid) throw new Error('invalid reference format');
  if (`${registry}/${repository}`.length > MAX_NAME_CHARACTERS) {
    throw new Error(`repository name must not be more than ${MAX_NAME_CHARACTERS} characters`);
  }
  return { registry, repository, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest };
}

/** The first part is a registry when it looks like a host; names without one are Docker Hub's. */
function splitRegistry(text: string): { registry: string; remainder: string } {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(0, slash));
  const isHost = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = isHost ? first : 'docker.io';
  const remainder = isHost ? text.slice(slash + 1) : text;
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return { registry, remainder };
  return { registry: 'docker.io', remainder: remainder.includes('/') ? remainder : `library/${remainder}` };
}

/** The complete name, such as `docker.io/library/debian:bookworm-slim`. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
