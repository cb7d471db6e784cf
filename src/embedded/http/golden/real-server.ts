import { readFileSync } from 'node:fs';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { parse } from 'yaml';

export interface RealAnswer {
  status: number;
  contentType: string;
  /** When the server answered, in whole seconds. */
  atMs: number;
  warnings: string[];
  text: string;
}

export interface RealRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

/** Asks the server behind a kubeconfig with client certificates; for recording only. */
export function realServer(kubeconfig: string): (request: RealRequest) => Promise<RealAnswer> {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const { cluster } = config.clusters[0]!;
  const { user } = config.users[0]!;
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  const url = new URL(cluster['server']!);
  const connection: RequestOptions = {
    host: url.hostname,
    port: url.port,
    ca: decode(cluster['certificate-authority-data']!),
    cert: decode(user['client-certificate-data']!),
    key: decode(user['client-key-data']!),
  };
  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const call = httpsRequest({ ...connection, method, path, headers: { ...length, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            contentType: response.headers['content-type'] ?? '',
            atMs: Date.parse(response.headers.date!),
            warnings: response.rawHeaders.filter((_, index, all) => index % 2 === 1 && all[index - 1]!.toLowerCase() === 'warning'),
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      call.on('error', reject);
      call.end(body);
    });
}
