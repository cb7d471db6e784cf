import { EnvironmentError } from '../errors.ts';

/** How to reach one API server, and as whom. */
export interface ClusterAccess {
  /** Such as `https://127.0.0.1:40123`. */
  server: string;
  /** PEM; without it the system's authorities decide. */
  certificateAuthority?: string;
  isInsecure?: boolean;
  token?: string;
  /** PEM. */
  clientCertificate?: string;
  clientKey?: string;
  /** Namespace of the context. */
  namespace?: string;
}

interface NamedEntry {
  name: string;
  [section: string]: unknown;
}

/**
 * The access that a context of a kubeconfig gives, the current one unless named.
 * Files it refers to are read through `readFile`. Throws an EnvironmentError when the text is no kubeconfig or signs in through a program.
 */
export async function accessFromKubeconfig(
  text: string,
  { context, readFile }: { context?: string; readFile: (path: string) => Promise<string> },
): Promise<ClusterAccess> {
  const config = await parseConfig(text);
  const contextName = context ?? config['current-context'];
  if (typeof contextName !== 'string' || contextName === '') throw new EnvironmentError('the kubeconfig names no current context');
  const { cluster: clusterName, user: userName, namespace } = section(config, 'contexts', contextName, 'context');
  const cluster = section(config, 'clusters', String(clusterName), 'cluster');
  const user = section(config, 'users', String(userName), 'user');
  if (user['exec'] || user['auth-provider']) {
    throw new EnvironmentError(`user "${String(userName)}" of the kubeconfig signs in through a program, which the lab does not run`, {
      hint: 'Use a kubeconfig with a token or a client certificate.',
    });
  }
  const material = (owner: Record<string, unknown>, key: string) => pemOf(owner, key, readFile);
  const [certificateAuthority, clientCertificate, clientKey] = await Promise.all([
    material(cluster, 'certificate-authority'),
    material(user, 'client-certificate'),
    material(user, 'client-key'),
  ]);
  return {
    server: String(cluster['server']).replace(/\/+$/, ''),
    ...(certificateAuthority !== undefined && { certificateAuthority }),
    ...(cluster['insecure-skip-tls-verify'] === true && { isInsecure: true }),
    ...(typeof user['token'] === 'string' && { token: user['token'] }),
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...(clientKey !== undefined && { clientKey }),
    ...(typeof namespace === 'string' && { namespace }),
  };
}

async function parseConfig(text: string): Promise<Record<string, unknown>> {
  const { parse } = await import('yaml');
  let config: unknown;
  try {
    config = parse(text);
  } catch (cause) {
    throw new EnvironmentError('the kubeconfig is not valid YAML', { cause });
  }
  if (typeof config !== 'object' || config === null) throw new EnvironmentError('the kubeconfig is empty');
  return config as Record<string, unknown>;
}

function section(config: Record<string, unknown>, list: string, name: string, key: string): Record<string, unknown> {
  const entries = Array.isArray(config[list]) ? (config[list] as NamedEntry[]) : [];
  const entry = entries.find((candidate) => candidate.name === name)?.[key];
  if (typeof entry !== 'object' || entry === null) throw new EnvironmentError(`the kubeconfig has no ${key} "${name}"`);
  return entry as Record<string, unknown>;
}

/** PEM text from `<key>-data` (base64) or the file that `<key>` names. */
async function pemOf(
  owner: Record<string, unknown>,
  key: string,
  readFile: (path: string) => Promise<string>,
): Promise<string | undefined> {
  const data = owner[`${key}-data`];
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const path = owner[key];
  return typeof path === 'string' && path !== '' ? readFile(path) : undefined;
}
