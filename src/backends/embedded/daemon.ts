import { closeSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { HttpsServer } from '../../embedded/http/https-server.ts';
import { kubeconfigText } from '../../embedded/http/kubeconfig-text.ts';
import { isSystemError, makePrivateFolder, readIfThere, replaceFile } from '../../system/files.ts';
import { isRunning, startIdOf } from '../../system/processes.ts';
import { deleteConnection, embeddedPathsIn, readConnection, stateFolder, writeConnection, type DaemonArguments } from './connection.ts';
import { DaemonRoutes } from './daemon-routes.ts';
import { HostedCluster } from './hosted-cluster.ts';
import { repositoriesIn } from './repositories-in.ts';
import { loadIdentity, saveIdentity, type Identity } from './identity.ts';

/**
 * The cluster process: serves the Kubernetes API of one scenario's cluster on 127.0.0.1 until it is asked to stop. It says on file
 * descriptor 3 when it can be reached. What it prints goes to its log.
 */

/** The descriptor on which whoever started this process listens for one line of JSON. */
const STARTER_DESCRIPTOR = 3;
/** How often it looks whether it is still wanted: whose folder was deleted, or taken over by another process, ends. */
const WANTED_CHECK_MS = 5_000;
const CLOSE_TIMEOUT_MS = 500;

async function main(): Promise<void> {
  const { folder, kubeconfig, scenario, repositories } = JSON.parse(process.argv[2] ?? '{}') as DaemonArguments;
  const paths = embeddedPathsIn(folder, kubeconfig);
  await makePrivateFolder(folder);
  const other = await readConnection(paths);
  if (other && (await isRunning(other))) throw new Error(`another cluster process, ${other.pid}, is at work`);
  const identity = await loadIdentity(paths.identityFile, Date.now());
  // Why: who was killed while this process came up has no use for it, and may already have started another one.
  if (!tellStarter(' ')) process.exit(0);
  const hosted = await HostedCluster.open({
    stateFolder: stateFolder(paths, scenario),
    identity,
    now: Date.now,
    onError: logError,
    ...(repositories !== undefined && { repositories: repositoriesIn(repositories) }),
  });
  const stop = (): void => void shutDown();
  const routes = new DaemonRoutes({
    hosted,
    identity,
    scenario,
    pid: process.pid,
    now: Date.now,
    memoryBytes: () => process.memoryUsage.rss(),
    onStop: () => setImmediate(stop),
    onError: logError,
  });
  const server = await listen(identity, routes);
  await saveIdentity(paths.identityFile, { ...identity, port: server.port });
  const { caPem, adminToken: token } = identity;
  await writeKubeconfig(kubeconfig, { server: server.url, caPem, token });
  const startId = (await startIdOf(process.pid)) ?? 'unknown';
  const connection = { version: 1 as const, pid: process.pid, startId, scenario, server: server.url, certificateAuthority: caPem, token };
  await writeConnection(paths, connection);
  tellStarter(`${JSON.stringify({ hasCluster: hosted.hasCluster })}\n`);
  closeSync(STARTER_DESCRIPTOR);

  let isEnding = false;
  const shutDown = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    // Why: a client that keeps its connection open must not keep the process from ending.
    await Promise.race([server.close(), setTimeout(CLOSE_TIMEOUT_MS)]);
    await hosted.close();
    if ((await readConnection(paths))?.pid === process.pid) await deleteConnection(paths);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  setInterval(() => {
    readConnection(paths).then((current) => {
      if (current?.pid !== process.pid) stop();
    }, stop);
  }, WANTED_CHECK_MS).unref();
}

/** On the port it had last, so that kubeconfigs stay good, or on a free one when somebody else has that. */
async function listen({ port, ...identity }: Identity, routes: DaemonRoutes): Promise<HttpsServer> {
  const options = { certificates: identity, answer: (call: Parameters<DaemonRoutes['answer']>[0]) => routes.answer(call) };
  try {
    return await HttpsServer.listen({ ...options, ...(port !== undefined && { port }) });
  } catch (error) {
    if (port === undefined || !isSystemError(error, 'EADDRINUSE', 'EACCES')) throw error;
    return HttpsServer.listen(options);
  }
}

/** A kubeconfig that leads here is left as it is: people set their namespace in it. */
async function writeKubeconfig(path: string, access: { server: string; caPem: string; token: string }): Promise<void> {
  const text = (await readIfThere(path)) ?? '';
  const leadsHere = [access.server, access.token, Buffer.from(access.caPem).toString('base64')].every((part) => text.includes(part));
  if (!leadsHere) await replaceFile(path, kubeconfigText({ ...access, name: 'lab' }));
}

/** False when whoever started this process is gone. */
function tellStarter(text: string): boolean {
  try {
    writeSync(STARTER_DESCRIPTOR, text);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EPIPE')) return false;
    throw error;
  }
}

function logError(error: unknown): void {
  console.error(new Date().toISOString(), error);
}

process.on('unhandledRejection', logError);
process.on('uncaughtException', (error) => {
  logError(error);
  process.exit(1);
});

await main();
