import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readIfThere } from './files.ts';

/** Where Docker listens; nothing in it when the usual places are to be tried. */
export interface DockerEndpoint {
  socketPath?: string;
  host?: string;
  port?: number;
  /** Set when DOCKER_HOST says it, which may need certificates and tunnels: then the Docker library reads it by itself. */
  isFromEnvironment?: true;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Finds Docker as its own command does: DOCKER_HOST, else the chosen context, else the usual place. */
export async function findDockerEndpoint(
  env: Environment,
  read: (path: string) => Promise<string | undefined> = readQuietly,
): Promise<DockerEndpoint> {
  if (env['DOCKER_HOST']) return { isFromEnvironment: true };
  const folder = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
  const context = env['DOCKER_CONTEXT'] || field(await read(join(folder, 'config.json')), ['currentContext']);
  if (context === undefined || context === 'default') return {};
  const id = createHash('sha256').update(context).digest('hex');
  const address = field(await read(join(folder, 'contexts', 'meta', id, 'meta.json')), ['Endpoints', 'docker', 'Host']);
  return address === undefined ? {} : parseAddress(address);
}

function parseAddress(address: string): DockerEndpoint {
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(address);
  if (local) return { socketPath: local[1]! };
  const remote = /^tcp:\/\/\[?([^\]/]+?)\]?:(\d+)$/.exec(address);
  return remote ? { host: remote[1]!, port: Number(remote[2]) } : {};
}

/** A text in JSON; undefined where there is none. */
function field(json: string | undefined, path: readonly string[]): string | undefined {
  try {
    let value: unknown = JSON.parse(json ?? 'null');
    for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}

async function readQuietly(path: string): Promise<string | undefined> {
  return readIfThere(path).catch(() => undefined);
}
