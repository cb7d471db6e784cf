/** Query parameters in the order of their first appearance; a name with several values has them together. */
export class QueryParameters {
  readonly #values = new Map<string, string[]>();

  static parse(text: string): QueryParameters {
    const parameters = new QueryParameters();
    parameters.merge(text);
    return parameters;
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  /** Adds the parameters of a query. */
  merge(text: string): void {
    const pairs = text.split('&');
    if (pairs.at(-1) === '') pairs.pop();
    for (const pair of pairs) {
      const [, name = '', value = ''] = /^([^=]*)=?([^]*)$/.exec(pair)!;
      this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
    }
  }

  copy(): QueryParameters {
    const copy = new QueryParameters();
    for (const [name, values] of this.#values) copy.#values.set(name, [...values]);
    return copy;
  }

  /** The query as it goes over the wire: what is escaped stays so, `=` is left out before an empty value unless asked for. */
  toString(keepsEquals = false): string {
    const pairs = [...this.#values].flatMap(([name, values]) =>
      values.map((value) => encode(name) + (value === '' && !keepsEquals ? '' : `=${encode(value)}`)),
    );
    return pairs.join('&');
  }
}

/** Escapes control characters, spaces and what is not ASCII, nothing else. */
function encode(text: string): string {
  let encoded = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code === 0x20) encoded += '+';
    else if (code < 20 || code === 127) encoded += `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
    else if (code < 127) encoded += character;
    else encoded += [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16)}`).join('');
  }
  return encoded;
}

/** A URL taken apart without being tidied up, so that it is requested as a template writes it. Models projectdiscovery/utils urlutil. */
export class TargetUrl {
  readonly scheme: string;
  host: string;
  /** As written, escapes and all. */
  path: string;
  query: QueryParameters;
  fragment: string;

  private constructor(scheme: string, host: string, path: string, query: QueryParameters, fragment: string) {
    this.scheme = scheme;
    this.host = host;
    this.path = path;
    this.query = query;
    this.fragment = fragment;
  }

  /** Undefined for what has no host. */
  static parse(text: string): TargetUrl | undefined {
    const match = /^(?:(https?|wss?|ftp):)?(?:\/\/)?([^/?#]+)([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/i.exec(text);
    if (!match || text.startsWith('/') || (text.includes('://') && match[1] === undefined)) return undefined;
    const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = match;
    const host = authority.slice(authority.lastIndexOf('@') + 1);
    if (!/^(\[[0-9a-f:.%]+\]|[^\s:[\]<>"{}|\\^`]+)(:\d*)?$/i.test(host)) return undefined;
    return new TargetUrl(scheme.toLowerCase(), host, path, QueryParameters.parse(query), fragment);
  }

  get hostname(): string {
    return this.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  }

  get port(): string {
    return /:(\d+)$/.exec(this.host)?.[1] ?? '';
  }

  /** The scheme that a request is made with: HTTPS where none was said. */
  get requestScheme(): string {
    return this.scheme || 'https';
  }

  copy(): TargetUrl {
    return new TargetUrl(this.scheme, this.host, this.path, this.query.copy(), this.fragment);
  }

  /** Joins a path to this one as a raw request's path is joined to the target's. */
  mergePath(path: string): void {
    const [, bare = '', query = '', fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/.exec(path)!;
    this.query.merge(query);
    this.path = joinPaths(this.path, bare === '' || bare.startsWith('/') ? bare : `/${bare}`);
    if (fragment !== '') this.fragment = fragment;
  }

  /** Path and query as the request line has them. */
  requestTarget(): string {
    const query = this.query.toString();
    return escapePath(this.path || '/') + (query === '' ? '' : `?${query}`);
  }

  /** As findings show it: with the path as it is sent. */
  toString(): string {
    const query = this.query.toString();
    const prefix = this.scheme === '' ? '' : `${this.scheme}://`;
    return `${prefix}${this.host}${escapePath(this.path)}${query === '' ? '' : `?${query}`}${this.fragment === '' ? '' : `#${this.fragment}`}`;
  }

  /** As variables and fields show it: with escapes in the path undone, where Go would have understood them. */
  toPlainString(keepsEquals = false): string {
    const prefix = this.scheme === '' ? '' : `${this.scheme}://`;
    return `${prefix}${this.host}${this.relativePart(keepsEquals)}`;
  }

  relativePart(keepsEquals = false): string {
    const query = this.query.toString(keepsEquals);
    return `${this.path}${query === '' ? '' : `?${query}`}${this.fragment === '' ? '' : `#${this.fragment}`}`;
  }
}

function joinPaths(first: string, second: string): string {
  const rest = first.endsWith('/') && second.startsWith('/') ? second.replace(/^\/+/, '') : second;
  if (first === '') return rest;
  if (rest === '') return first;
  const next = !first.endsWith('/') && !rest.startsWith('/') ? `/${rest}` : rest;
  if (first === next || (first.length > next.length && first.endsWith(next))) return first;
  return first.length < next.length && next.startsWith(first) ? next : first + next;
}

/** A path stays as it is when it is escaped properly; otherwise it is escaped anew. Models net/url URL.EscapedPath. */
function escapePath(path: string): string {
  if (/^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:@/[\]]|%[0-9A-Fa-f]{2})*$/.test(path)) return path;
  const plain = /%(?![0-9A-Fa-f]{2})/.test(path) ? path : undoEscapes(path);
  let escaped = '';
  for (const byte of typeof plain === 'string' ? new TextEncoder().encode(plain) : plain) {
    const character = String.fromCharCode(byte);
    escaped +=
      byte < 128 && /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

function undoEscapes(path: string): Uint8Array {
  const bytes: number[] = [];
  for (const [token] of path.matchAll(/%[0-9A-Fa-f]{2}|[^]/gu)) {
    if (token.length === 3 && token.startsWith('%')) bytes.push(Number.parseInt(token.slice(1), 16));
    else bytes.push(...new TextEncoder().encode(token));
  }
  return Uint8Array.from(bytes);
}
