import type { Random } from '../../../shell/kernel/random.ts';
import type { HttpSpec } from '../template.ts';
import { substitute, type Variables } from '../variables.ts';
import { TemplateError } from '../yaml/decode.ts';
import type { BuiltRequest } from './built-request.ts';
import { parseRawRequest, rawRequestUrl } from './raw-request.ts';
import { targetVariables } from './request-variables.ts';
import { TargetUrl } from './target-url.ts';
import { USER_AGENTS } from './user-agents.ts';

/** What requests are built from besides the template. */
export interface RequestSettings {
  /** `-H name:value`. */
  headers: readonly string[];
  /** `-V name=value`. */
  variables: Variables;
  leavesDefaultPorts: boolean;
  keepsConnections: boolean;
  random: Random;
}

/** A request with the values that were put into it. */
export interface PreparedRequest {
  request: BuiltRequest;
  variables: Variables;
}

/** Builds the request for one path, or one raw request, of a template. Throws TemplateError when that is impossible. Models http.requestGenerator.Make. */
export function buildRequest(
  spec: HttpSpec,
  text: string,
  input: string,
  template: { variables: Record<string, unknown>; constants: Record<string, unknown> },
  dynamicValues: Variables,
  settings: RequestSettings,
): PreparedRequest {
  const target = TargetUrl.parse(input);
  if (!target) throw new TemplateError(`failed to parse url ${input}`);
  const isRaw = (spec.raw?.length ?? 0) > 0;
  const path = isRaw ? text : movePort(target, text);
  const known = targetVariables(target, !isRaw && /^\{\{[a-zA-Z]+\}\}\//.test(path));
  const given = { ...known, ...settings.variables };
  const variables = { ...dynamicValues, ...given, ...ownVariables(template.variables, given), ...toStrings(template.constants) };
  const filled = substitute(isRaw && !path.includes('\r\n') ? path.replaceAll('\n', '\r\n') : path, variables);
  const request = isRaw ? rawRequest(spec, filled, target) : pathRequest(spec, filled, target, variables);
  return { request: complete(spec, request, variables, settings, isRaw), variables };
}

/** `{{BaseURL}}:8080` means another port of the target. */
function movePort(target: TargetUrl, path: string): string {
  const port = /^\{\{(?:BaseURL|RootURL)\}\}:(\d+)/.exec(path)?.[1];
  if (port === undefined) return path;
  target.host = target.port === '' ? `${target.host}:${port}` : target.host.replace(target.port, port);
  return path.replace(`:${port}`, '');
}

/** A template's own variables, each of which may use those before it. */
function ownVariables(variables: Record<string, unknown>, known: Variables): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    const all = { ...known, ...values };
    values[name] = substitute(Object.hasOwn(all, name) ? String(all[name]) : String(value), all);
  }
  return values;
}

function toStrings(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function pathRequest(spec: HttpSpec, filled: string, target: TargetUrl, variables: Variables): BuiltRequest {
  const url = TargetUrl.parse(filled);
  if (!url) throw new TemplateError(`http: failed to parse url ${filled} while creating http request`);
  const query = target.query.copy();
  query.merge(url.query.toString());
  url.query = query;
  const lines = spec.body === undefined || spec.body.includes('\r\n') ? (spec.body ?? '') : spec.body.replaceAll('\n', '\r\n');
  return { method: spec.method ?? '', url, host: url.host, headers: new Map(), body: substitute(lines, variables), keepsConnection: false };
}

function rawRequest(spec: HttpSpec, filled: string, target: TargetUrl): BuiltRequest {
  const raw = parseRawRequest(filled);
  const url = rawRequestUrl(raw.path, target, spec['disable-path-automerge'] !== true);
  const headers = new Map([['Host', target.host], ...raw.headers].filter(([name]) => name !== '') as [string, string][]);
  return { method: raw.method, url, host: headers.get('Host')!, headers, body: raw.body, keepsConnection: false };
}

/** Adds the template's headers, the browser, what nuclei accepts, and the headers of the command line, which come last. */
function complete(spec: HttpSpec, request: BuiltRequest, variables: Variables, settings: RequestSettings, isRaw: boolean): BuiltRequest {
  const headers = new Map(request.headers);
  let { host, body } = request;
  for (const [name, value] of Object.entries(spec.headers ?? {})) {
    const filled = substitute(value, variables);
    headers.set(name, filled);
    if (name === 'Host') host = filled;
  }
  if (isRaw && spec.body) body = substitute(spec.body, variables);
  const agent = USER_AGENTS[settings.random.below(USER_AGENTS.length)]!;
  const defaults = { 'User-Agent': agent, ...(!isRaw && { Accept: '*/*', 'Accept-Language': 'en' }) };
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value);
  if (!settings.leavesDefaultPorts) host = host.replace(request.url.scheme === 'http' ? /:80$/ : /:443$/, '');
  for (const header of settings.headers.filter((text) => text.includes(':'))) {
    const [, name = '', value = ''] = /^([^:]*):([^]*)$/.exec(header)!;
    if (name.trim() === 'Host') host = value.trim();
    else headers.set(name.trim(), value.trim());
  }
  return { ...request, host, headers, body, keepsConnection: settings.keepsConnections };
}
