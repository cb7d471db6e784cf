import type { ServedCluster } from '../../src/embedded/http/testing/served-cluster.ts';
import { RawClient } from './raw-http.ts';
import type { AskedServer } from './recording.ts';

/** An embedded cluster as a server to ask. */
export function serverOf({ server, certificates, token }: ServedCluster): AskedServer {
  const client = (): RawClient => new RawClient({ host: '127.0.0.1', port: server.port, ca: certificates.caPem });
  return { host: `127.0.0.1:${server.port}`, token, admin: client(), nobody: client() };
}
