import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, replaceFile } from '../../system/files.ts';
import type { ProcessIdentity } from '../../system/processes.ts';

/** Where the cluster process can be reached, and which process that is. The process writes it when it is reachable and takes it away when it ends in good order. */
export interface Connection extends ProcessIdentity {
  version: 1;
  scenario: string;
  /** Such as `https://127.0.0.1:40123`. */
  server: string;
  /** PEM. */
  certificateAuthority: string;
  /** Bearer token of the administrator. */
  token: string;
}

/** The places that the embedded backend keeps things in. */
export interface EmbeddedPaths {
  folder: string;
  connectionFile: string;
  identityFile: string;
  logFile: string;
  kubeconfig: string;
}

/** What the cluster process is told when it is started. */
export interface DaemonArguments {
  folder: string;
  kubeconfig: string;
  scenario: string;
  /** The folder whose Git repositories the cluster may read. */
  repositories?: string;
}

export function embeddedPaths(home: string, kubeconfig: string): EmbeddedPaths {
  return embeddedPathsIn(join(home, 'embedded'), kubeconfig);
}

export function embeddedPathsIn(folder: string, kubeconfig: string): EmbeddedPaths {
  return {
    folder,
    connectionFile: join(folder, 'connection.json'),
    identityFile: join(folder, 'identity.json'),
    logFile: join(folder, 'cluster.log'),
    kubeconfig,
  };
}

/** Where the state of a scenario's cluster is kept. */
export function stateFolder({ folder }: Pick<EmbeddedPaths, 'folder'>, scenario: string): string {
  return join(folder, 'state', scenario);
}

/** Undefined when no cluster process was left behind; a file that makes no sense counts as none. */
export async function readConnection({ connectionFile }: EmbeddedPaths): Promise<Connection | undefined> {
  const text = await readIfThere(connectionFile);
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Connection> | null;
    return value?.version === 1 && typeof value.pid === 'number' && typeof value.server === 'string' ? (value as Connection) : undefined;
  } catch {
    return undefined;
  }
}

export async function writeConnection({ connectionFile }: Pick<EmbeddedPaths, 'connectionFile'>, connection: Connection): Promise<void> {
  await replaceFile(connectionFile, JSON.stringify(connection));
}

export async function deleteConnection({ connectionFile }: Pick<EmbeddedPaths, 'connectionFile'>): Promise<void> {
  await rm(connectionFile, { force: true });
}
