import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { comparable, type HostileAnswer } from './answer.ts';
import { BODY_REQUESTS } from './body-requests.ts';
import { HEADER_REQUESTS } from './header-requests.ts';
import { bytesOf, jsonBody, PREPARATION, type HostileRequest } from './hostile-request.ts';
import { RawClient } from './raw-http.ts';
import { REQUEST_LINE_REQUESTS } from './request-line-requests.ts';

/** The requests that a real cluster has been asked. Each of them changes nothing. */
export const FIXED_REQUESTS: readonly HostileRequest[] = [...BODY_REQUESTS, ...REQUEST_LINE_REQUESTS, ...HEADER_REQUESTS];

/** A server to ask, as an administrator and as nobody. */
export interface AskedServer {
  host: string;
  /** How an administrator shows who it is, where its connection does not. */
  token?: string;
  admin: RawClient;
  nobody: RawClient;
}

/** The server behind a kubeconfig with client certificates. */
export function serverOfKubeconfig(file: string): AskedServer {
  const config = parse(readFileSync(file, 'utf8')) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const { cluster } = config.clusters[0]!;
  const { user } = config.users[0]!;
  const decode = (text: string): Buffer => Buffer.from(text, 'base64');
  const url = new URL(cluster['server']!);
  const address = { host: url.hostname, port: Number(url.port), ca: decode(cluster['certificate-authority-data']!) };
  const identity = { cert: decode(user['client-certificate-data']!), key: decode(user['client-key-data']!) };
  return { host: url.host, admin: new RawClient({ ...address, ...identity }), nobody: new RawClient(address) };
}

/** Makes what the requests are about; what is there already stays. */
export async function prepare(server: AskedServer): Promise<void> {
  for (const [collection, object] of PREPARATION) {
    const headers = [['Content-Type', 'application/json']] as const;
    const answer = await ask(server, { group: '', name: '', method: 'POST', target: collection, headers, body: jsonBody(object) });
    if (answer.status !== 201 && answer.status !== 409)
      throw new Error(`${collection}: ${answer.status} ${JSON.stringify(answer.failure)}`);
  }
}

/** One request over the connection of its identity; an answer of status 0 when the server ended the connection instead. */
export async function ask(server: AskedServer, request: HostileRequest): Promise<HostileAnswer> {
  const client = request.isAnonymous ? server.nobody : server.admin;
  const bytes = bytesOf(request, server.host, request.isAnonymous ? undefined : server.token);
  try {
    return comparable(await client.ask(bytes, request.method === 'HEAD'));
  } catch (error) {
    return { status: 0, contentType: '', failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The answers to the fixed requests by the request's name, group by group. */
export async function askAll(server: AskedServer): Promise<Record<string, HostileAnswer>> {
  const answers: Record<string, HostileAnswer> = {};
  for (const request of FIXED_REQUESTS) answers[keyOf(request)] = await ask(server, request);
  return answers;
}

export function keyOf({ group, name }: HostileRequest): string {
  return `${group}: ${name}`;
}
