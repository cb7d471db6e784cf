import { createHash } from 'node:crypto';
import { methodNotAllowed, unknownPath } from '../api/api-error.ts';
import { headerOf, type ApiAnswer, type ApiCall } from './api-call.ts';
import { jsonAnswer, jsonTextAnswer, pageNotFound, textAnswer } from './answers.ts';
import { requireAcceptable } from './negotiate.ts';
import { aggregatedDiscovery, apiGroup, groupVersionText, resourceList, type Discovery } from './discovery.ts';
import { openApiV2, type OpenApi } from './openapi.ts';

/** GET /version */
export const SERVER_VERSION = {
  major: '1',
  minor: '34',
  emulationMajor: '1',
  emulationMinor: '34',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '33',
  gitVersion: 'v1.34.4',
  gitCommit: 'embedded',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.24.12',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const HEALTH_PATHS = ['/healthz', '/livez', '/readyz'];
const HEALTH_CHECKS = ['ping', 'log', 'etcd'];

/** Serves the paths that are no resources: version, health, discovery, OpenAPI. */
export class PathRoutes {
  readonly #discovery: Discovery;
  readonly #openApi: OpenApi;

  constructor(discovery: Discovery, openApi: OpenApi) {
    this.#discovery = discovery;
    this.#openApi = openApi;
  }

  handle(call: ApiCall, path: string): ApiAnswer {
    const isHealth = HEALTH_PATHS.includes(`/${path.split('/')[1]}`);
    const answer = this.#answer(call, path.length > 1 && !isHealth ? path.replace(/\/$/, '') : path);
    if (!isHealth && call.method !== 'GET' && answer.status === 200) throw methodNotAllowed();
    return answer;
  }

  #answer(call: ApiCall, path: string): ApiAnswer {
    const [root, ...rest] = path.split('/').slice(1);
    if (path === '/') return jsonAnswer(200, { paths: this.#allPaths() });
    if (path === '/version' && call.method === 'GET') requireAcceptable(headerOf(call, 'accept'), ['application/json']);
    if (path === '/version') return jsonAnswer(200, SERVER_VERSION);
    if (HEALTH_PATHS.includes(`/${root}`)) return health(call, root!, rest);
    if (root === 'api' || root === 'apis') return this.#discover(call, root, rest);
    if (root === 'openapi') return this.#describe(call, rest);
    return pageNotFound();
  }

  #discover(call: ApiCall, root: 'api' | 'apis', [first, second, ...rest]: string[]): ApiAnswer {
    if (first === undefined) return this.#groups(call, root);
    if (rest.length > 0) return pageNotFound();
    const [group, version] = root === 'api' ? ['', first] : [first, second];
    if (root === 'api' && second !== undefined) throw unknownPath();
    if (version === undefined) {
      if (!this.#discovery.groups().includes(group)) return pageNotFound();
      return jsonAnswer(200, { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(this.#discovery, group) });
    }
    const served = this.#discovery.find(group, version);
    if (served) return jsonAnswer(200, resourceList(served));
    if (group === '' || this.#discovery.versionsOf(group).some(({ resources }) => resources.some(isBuiltIn))) throw unknownPath();
    return pageNotFound();
  }

  #groups(call: ApiCall, root: 'api' | 'apis'): ApiAnswer {
    const version = aggregatedVersion(headerOf(call, 'accept') ?? '');
    if (version) return this.#aggregated(call, root, version);
    if (call.method === 'GET') requireAcceptable(headerOf(call, 'accept'), OBJECT_TYPES);
    if (root === 'apis') {
      const groups = this.#discovery.groups().map((group) => apiGroup(this.#discovery, group));
      return jsonAnswer(200, { kind: 'APIGroupList', apiVersion: 'v1', groups });
    }
    const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: headerOf(call, 'host') ?? '127.0.0.1:6443' }];
    return jsonAnswer(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs });
  }

  /** The answer counts as aggregated only when its Content-Type says so. */
  #aggregated(call: ApiCall, root: 'api' | 'apis', version: 'v2' | 'v2beta1'): ApiAnswer {
    const text = JSON.stringify(aggregatedDiscovery(this.#discovery, root, version));
    const etag = `"${createHash('sha256').update(text).digest('hex').toUpperCase()}"`;
    const headers = {
      'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
      'cache-control': 'public',
      etag,
      vary: 'Accept',
    };
    if (headerOf(call, 'if-none-match') === etag) return { status: 304, headers, body: '' };
    return { status: 200, headers, body: text };
  }

  #describe(call: ApiCall, [version, root, ...rest]: string[]): ApiAnswer {
    if (version === 'v2' && root === undefined) return openApiV2(headerOf(call, 'accept') ?? '');
    if (version !== 'v3') return pageNotFound();
    if (root === undefined) return jsonAnswer(200, this.#openApi.index());
    const [group, groupVersion] = root === 'api' ? ['', rest[0]] : [rest[0], rest[1]];
    const text = group === undefined || groupVersion === undefined ? undefined : this.#openApi.document(group, groupVersion);
    return text === undefined ? pageNotFound() : jsonTextAnswer(200, text);
  }

  #allPaths(): string[] {
    const versions = this.#discovery.versions().map((served) => `${served.group ? '/apis' : '/api'}/${groupVersionText(served)}`);
    const groups = this.#discovery.groups().map((group) => `/apis/${group}`);
    return ['/api', '/apis', ...versions, ...groups, ...HEALTH_PATHS, '/openapi/v2', '/openapi/v3', '/version'].sort();
  }
}

function isBuiltIn({ responseKind }: { responseKind: { version: string } }): boolean {
  return responseKind.version === '';
}

function aggregatedVersion(accept: string): 'v2' | 'v2beta1' | undefined {
  if (!accept.includes('as=APIGroupDiscoveryList')) return undefined;
  for (const offer of accept.split(',')) {
    if (!offer.includes('g=apidiscovery.k8s.io')) {
      if (/^\s*application\/json\s*$/.test(offer)) return undefined;
    } else if (/;\s*v=v2\b(?!beta)/.test(offer)) return 'v2';
    else if (offer.includes('v=v2beta1')) return 'v2beta1';
  }
  return undefined;
}

/** All is well as long as the server answers at all. */
function health(call: ApiCall, root: string, [check, ...rest]: string[]): ApiAnswer {
  if (check !== undefined) return rest.length === 0 && HEALTH_CHECKS.includes(check) ? textAnswer(200, 'ok') : pageNotFound();
  if (!/[?&]verbose\b/.test(call.path)) return textAnswer(200, 'ok');
  return textAnswer(200, `${HEALTH_CHECKS.map((name) => `[+]${name} ok\n`).join('')}${root} check passed\n`);
}
