import { isStream, type ApiAnswer, type ApiCall } from './api-call.ts';

/** The path of a request line that names a whole URL, as proxies get it. */
export function pathOf(target: string): string {
  const path = /^https?:\/\/[^/?]*(.*)$/i.exec(target)?.[1];
  if (path === undefined) return target;
  return path.startsWith('/') ? path : `/${path}`;
}

/** What is wrong with the Host headers of a request, in the words of Go's net/http; undefined where nothing is. */
export function hostProblem(rawHeaders: readonly string[]): string | undefined {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'host');
  if (hosts.length > 1) return '400 Bad Request';
  return /^[A-Za-z0-9!$%&'()*+,\-.:;=[\]_~@]*$/.test(hosts[0] ?? '') ? undefined : '400 Bad Request: malformed Host header';
}

/**
 * A request whose method is none that Node's parser knows; undefined where it is not one otherwise. Its body is of no interest, since
 * there is nothing that such a method could do.
 */
export function readUnknownMethod(packet: Buffer | undefined): ApiCall | undefined {
  const [line = '', ...lines] = (packet ?? Buffer.alloc(0)).toString('latin1').split('\r\n\r\n')[0]!.split('\r\n');
  const [, method, target] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\/\S*) HTTP\/1\.[01]$/.exec(line) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const text of lines) {
    const [, name, value] = /^([^:\s]+):\s*(.*?)\s*$/.exec(text) ?? [];
    if (name === undefined) return undefined;
    headers[name.toLowerCase()] = value!;
  }
  return { method, path: target, headers };
}

/** An answer as it goes over a connection that is closed after it. */
export function answerText({ status, headers, body }: ApiAnswer): string {
  const text = isStream(body) ? '' : typeof body === 'string' ? body : Buffer.from(body).toString();
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`);
  return [`HTTP/1.1 ${status} Status`, ...lines, `content-length: ${Buffer.byteLength(text)}`, 'connection: close', '', text].join('\r\n');
}

const REFUSALS: Record<string, [status: string, text: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', '431 Request Header Fields Too Large'],
  HPE_INVALID_HEADER_TOKEN: ['400 Bad Request', '400 Bad Request: invalid header name'],
  HPE_INVALID_TRANSFER_ENCODING: ['501 Not Implemented', 'Unsupported transfer encoding'],
};

/** What Go's net/http says to bytes that are no request. */
export function refusalOf({ code = '' }: { code?: string }): string {
  const [status, text] = REFUSALS[code] ?? ['400 Bad Request', '400 Bad Request'];
  return [`HTTP/1.1 ${status}`, 'Content-Type: text/plain; charset=utf-8', 'Connection: close', '', text].join('\r\n');
}
