import type { ServedRequest, HttpResponse } from '../../src/embedded/network/http.ts';

/** A server with something for every feature of templates: redirects, cookies, echoes, odd answers; undefined where it breaks the connection. */
export function serveRange(request: ServedRequest): HttpResponse | undefined {
  const [path = '', query = ''] = request.target.split(/\?(.*)/s);
  const { host = '' } = request.headers;
  switch (path) {
    case '/plain':
      return text(200, 'hello world\nsecond line\n');
    case '/page':
      return { ...text(200, '<html><title>Range</title></html>'), headers: { 'content-type': 'text/html', 'x-powered-by': 'Range 1.0' } };
    case '/users':
      return text(200, 'user=alice;id=1\nuser=bob;id=2\nuser=alice;id=3\n');
    case '/token':
      return text(200, 'token: t-12345\n');
    case '/case':
      return text(200, 'SECRET Token\n');
    case '/unicode':
      return text(200, 'grüße – ☕\n');
    case '/crlf':
      return text(200, 'one\r\ntwo\r\nthree');
    case '/empty':
      return text(200, '');
    case '/broken':
      return undefined;
    case '/none':
      return { status: 204, headers: {}, body: '' };
    case '/redirect/1':
      return redirect(302, '/redirect/2');
    case '/redirect/2':
      return redirect(301, '/landing');
    case '/redirect/absolute':
      return redirect(302, `http://${host}/landing`);
    case '/redirect/elsewhere':
      return redirect(302, `http://localhost:${host.split(':')[1]}/landing`);
    case '/redirect/loop':
      return redirect(302, '/redirect/loop');
    case '/redirect/keep':
      return redirect(307, '/echo');
    case '/redirect/change':
      return redirect(303, '/echo');
    case '/redirect/nowhere':
      return text(302, 'no location');
    case '/landing':
      return text(200, 'landed\n');
    case '/login':
      return { ...text(200, 'welcome\n'), headers: { 'content-type': 'text/plain', 'set-cookie': 'session=abc123; Path=/; HttpOnly' } };
    case '/account':
      return request.headers['cookie']?.includes('session=abc123') ? text(200, 'your account\n') : text(403, 'log in first\n');
    case '/echo':
      return echo(request);
  }
  if (path.startsWith('/status/')) return text(Number(path.slice('/status/'.length)), 'a status\n');
  if (path.startsWith('/search')) return text(200, `you looked for ${query}\n`);
  return text(404, `no ${request.target} here\n`);
}

function text(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain', 'content-length': String(Buffer.byteLength(body)) }, body };
}

function redirect(status: number, location: string): HttpResponse {
  return { status, headers: { location, 'content-length': '0' }, body: '' };
}

const ECHOED = ['host', 'content-type', 'x-test', 'x-other', 'authorization', 'cookie', 'accept', 'accept-language', 'referer'];

function echo({ method, target, headers, body }: ServedRequest): HttpResponse {
  const shown = ECHOED.filter((name) => headers[name] !== undefined).map((name) => `${name}: ${headers[name]}`);
  return text(200, `${[`${method} ${target}`, ...shown].join('\n')}\n\n${body}\n`);
}
