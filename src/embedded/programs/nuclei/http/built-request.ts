import { Buffer } from 'node:buffer';
import type { TargetUrl } from './target-url.ts';

/** A request that is ready to be sent; header names are spelled as the template spells them. */
export interface BuiltRequest {
  method: string;
  url: TargetUrl;
  /** What goes into the `Host` header. */
  host: string;
  headers: ReadonlyMap<string, string>;
  body: string;
  /** Whether the connection stays open for the next request, as it does when targets are scanned one by one. */
  keepsConnection: boolean;
}

const SELF_WRITTEN = new Set(['host', 'user-agent', 'content-length', 'transfer-encoding', 'trailer']);

/** The request as it goes over the wire, in Go's order: host, browser, connection, length, the rest by name. Models httputil.DumpRequestOut. */
export function dumpRequest({ method, url, host, headers, body, keepsConnection }: BuiltRequest): string {
  const agent = headers.get('User-Agent') ?? 'Go-http-client/1.1';
  const ownLines = [...headers]
    .filter(([name, value]) => !SELF_WRITTEN.has(name.toLowerCase()) && !(name.toLowerCase() === 'connection' && value === 'close'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, ' ').trim()}`);
  const hasConnection = [...headers.keys()].some((name) => name.toLowerCase() === 'connection' && headers.get(name) !== 'close');
  const length = Buffer.byteLength(body);
  const sendsLength = length > 0;
  const acceptsEncoding = [...headers.keys()].some((name) => name === 'Accept-Encoding' || name === 'Range');
  const lines = [
    `${method || 'GET'} ${url.requestTarget()} HTTP/1.1`,
    `Host: ${host}`,
    ...(agent === '' ? [] : [`User-Agent: ${agent}`]),
    ...(hasConnection || keepsConnection ? [] : ['Connection: close']),
    ...(sendsLength ? [`Content-Length: ${length}`] : []),
    ...ownLines,
    ...(acceptsEncoding || method === 'HEAD' ? [] : ['Accept-Encoding: gzip']),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** A command line that repeats the request. Models http2curl.GetCurlCommand. */
export function curlCommand({ method, url, headers, body }: BuiltRequest): string {
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const options = [...headers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  return ['curl', `-X ${quote(method || 'GET')}`, `-d ${quote(body)}`, ...options, quote(url.toString())].join(' ');
}
