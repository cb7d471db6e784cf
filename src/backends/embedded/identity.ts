import { randomBytes } from 'node:crypto';
import { createCertificates, type ClusterCertificates } from '../../embedded/tls.ts';
import { readIfThere, replaceFile } from '../../system/files.ts';

/** What makes the cluster process the same to its clients each time it comes up: kubeconfigs and tokens stay good. */
export interface Identity extends ClusterCertificates {
  version: 1;
  /** Bearer token of the administrator. */
  adminToken: string;
  /** Signs the tokens of service accounts. */
  signingKey: string;
  /** The port it had last. */
  port?: number;
}

/** The identity kept in the file, or a new one, which is not kept yet. */
export async function loadIdentity(file: string, nowMs: number): Promise<Identity> {
  const kept = parse(await readIfThere(file));
  if (kept) return kept;
  const secret = (): string => randomBytes(32).toString('hex');
  return { version: 1, ...(await createCertificates(nowMs)), adminToken: secret(), signingKey: secret() };
}

export async function saveIdentity(file: string, identity: Identity): Promise<void> {
  await replaceFile(file, JSON.stringify(identity));
}

function parse(text: string | undefined): Identity | undefined {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Identity> | null;
    return value?.version === 1 && typeof value.caPem === 'string' && typeof value.adminToken === 'string'
      ? (value as Identity)
      : undefined;
  } catch {
    return undefined;
  }
}
