import { TLS_HEADER } from '../../http/api-on-network.ts';
import type { HttpRequest, HttpResponse, NetworkErrorCode } from '../../network/http.ts';
import { fromBytes, toBytes, type Bytes } from '../kernel/bytes.ts';
import { SystemError } from '../kernel/system-error.ts';
import type { Task } from '../kernel/task.ts';
import { command, type CommandContext } from './io/command.ts';
import { CommandError } from './io/command-error.ts';
import { parseOptions, type ParsedOptions } from './io/options.ts';

const PATIENCE_SECONDS = 900;
const LONGEST_REDIRECTION = 5;

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What is said of a request without an answer, by the name of whom it was for. */
const COMPLAINTS: Readonly<Record<NetworkErrorCode, (hostname: Bytes) => string>> = {
  EAI_AGAIN: (hostname) => `bad address '${hostname}'`,
  ENOTFOUND: (hostname) => `bad address '${hostname}'`,
  ECONNREFUSED: (hostname) => `can't connect to remote host (${hostname}): Connection refused`,
  EHOSTUNREACH: (hostname) => `can't connect to remote host (${hostname}): Host is unreachable`,
  ECONNRESET: () => 'error getting response: Connection reset by peer',
  ETIMEDOUT: () => 'download timed out',
};

/** `wget [options] url…` of BusyBox, as Alpine has it: any answer of 400 and above is an error, and its body is thrown away. */
export const wget = command(function* (context) {
  const options = parseOptions(context.name, context.args, {
    short: 'qO:T:U:Y:t:',
    long: {
      quiet: 'q',
      'output-document=': 'O',
      'timeout=': 'T',
      'user-agent=': 'U',
      'header=': 'header',
      'post-data=': 'post-data',
      'post-file=': 'post-file',
      spider: 'spider',
      'no-check-certificate': 'no-check-certificate',
    },
    unmodelledLong: ['continue', 'server-response', 'directory-prefix', 'proxy'],
    unmodelled: 'cSPon',
  });
  if (options.operands.length === 0) throw new CommandError('missing URL');
  for (const url of options.operands) yield* fetchOne(context, options, url);
  return 0;
});

function* fetchOne(context: CommandContext, options: ParsedOptions, given: Bytes): Task<void> {
  const body = yield* bodyOf(context, options);
  let url = withScheme(fromBytes(given));
  for (let hops = 0; hops <= LONGEST_REDIRECTION; hops += 1) {
    if (!options.has('q')) yield* context.writeError(toBytes(`Connecting to ${url.host}\n`));
    const response = yield* ask(context, options, url, body);
    const location = response.status >= 300 && response.status < 400 ? response.headers['location'] : undefined;
    if (location === undefined) {
      yield* keep(context, options, url, response);
      return;
    }
    url = new URL(location, url);
  }
  throw new CommandError('too many redirections');
}

function withScheme(text: string): URL {
  const complete = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  if (!/^https?:/i.test(complete) || !URL.canParse(complete)) throw new CommandError(`not an http or ftp url: ${toBytes(complete)}`);
  return new URL(complete);
}

function* bodyOf(context: CommandContext, options: ParsedOptions): Task<Bytes | undefined> {
  const file = options.get('post-file');
  if (file === undefined) return options.get('post-data');
  const body = yield* context.readFile(file, (error) => `can't open '${file}': ${error.message}`);
  if (body === undefined) throw new CommandError('');
  return body;
}

function* ask(context: CommandContext, options: ParsedOptions, url: URL, body: Bytes | undefined): Task<HttpResponse> {
  if (url.protocol === 'https:' && !options.has('no-check-certificate')) {
    // Why: certificates inside a cluster are signed by the cluster's own authority, which no image knows.
    yield* context.writeError(
      toBytes(`ssl_client: ${url.hostname}: certificate verification failed: self-signed certificate in certificate chain\n`),
    );
    throw new CommandError(COMPLAINTS.ECONNRESET(toBytes(url.hostname)));
  }
  const { response, error } = yield* context.process.fetch(requestFor(options, url, body));
  if (response) return response;
  throw new CommandError(COMPLAINTS[error](toBytes(url.hostname)));
}

function patienceMs(options: ParsedOptions): number {
  const seconds = options.get('T') ?? String(PATIENCE_SECONDS);
  if (!/^\d+$/.test(seconds)) throw new CommandError(`invalid number '${seconds}'`);
  return Number(seconds) * 1000;
}

function requestFor(options: ParsedOptions, url: URL, body: Bytes | undefined): HttpRequest {
  const headers: Record<string, string> = { 'user-agent': fromBytes(options.get('U') ?? 'Wget') };
  if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
  for (const line of options.all('header')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[fromBytes(line.slice(0, colon)).toLowerCase()] = fromBytes(line.slice(colon + 1)).trim();
  }
  const isTls = url.protocol === 'https:';
  return {
    method: body === undefined ? (options.has('spider') ? 'HEAD' : 'GET') : 'POST',
    url: isTls ? url.href.replace(/^https:\/\/([^/:]+)(?=\/)/, 'http://$1:443').replace(/^https:/, 'http:') : url.href,
    headers: { ...headers, ...(isTls && { [TLS_HEADER]: 'true' }) },
    ...(body !== undefined && { body: fromBytes(body) }),
    timeoutMs: patienceMs(options),
  };
}

function* keep(context: CommandContext, options: ParsedOptions, url: URL, { status, body }: HttpResponse): Task<void> {
  if (status >= 400) throw new CommandError(`server returned error: HTTP/1.1 ${status} ${REASONS[status] ?? ''}`.trimEnd());
  if (options.has('spider')) return;
  const path = options.get('O') ?? toBytes(url.pathname.split('/').at(-1) || 'index.html');
  if (path === '-') {
    yield* context.write(toBytes(body));
    return;
  }
  try {
    const descriptor = context.process.open(path, { write: true, create: true, truncate: true });
    yield* context.process.write(descriptor, toBytes(body));
    context.close(descriptor);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new CommandError(`can't open '${path}': ${error.message}`);
  }
}
