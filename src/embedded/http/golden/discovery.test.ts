import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ClusterClock } from '../../../system/clock.ts';
import { EmbeddedCluster } from '../../cluster.ts';
import { realServer } from './real-server.ts';

interface ResourceList {
  resources: { name: string }[];
}

interface GroupDiscovery {
  metadata: { name?: string };
  versions: { version: string; resources: { resource: string; subresources?: { subresource: string }[] }[] }[];
}

interface RecordedDiscovery {
  groups: { name: string }[];
  lists: Record<string, ResourceList>;
  aggregated: Record<'api' | 'apis', { items: GroupDiscovery[] }>;
}

const RECORDED = join(import.meta.dirname, 'discovery.json');
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

const cluster = EmbeddedCluster.create({ clock: new ClusterClock(0), adminToken: 'admin' });

async function ask(path: string, accept = 'application/json'): Promise<{ contentType: string; body: unknown }> {
  const answer = await cluster.handler.handle({ method: 'GET', path, headers: { authorization: 'Bearer admin', accept } });
  expect(answer.status).toBe(200);
  return { contentType: String(answer.headers['content-type']), body: JSON.parse(answer.body as string) };
}

const served = ((await ask('/apis')).body as { groups: { versions: { groupVersion: string }[] }[] }).groups.flatMap(({ versions }) =>
  versions.map(({ groupVersion }) => `/apis/${groupVersion}`),
);
const paths = ['/api/v1', ...served];

const kubeconfig = process.env['GOLDEN_KUBECONFIG'];
if (kubeconfig) {
  const real = realServer(kubeconfig);
  const get = async (path: string, accept = 'application/json'): Promise<unknown> =>
    JSON.parse((await real({ method: 'GET', path, headers: { accept } })).text) as unknown;
  const { groups } = (await get('/apis')) as { groups: { name: string }[] };
  const recorded: RecordedDiscovery = {
    groups,
    lists: Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await get(path)]))) as Record<string, ResourceList>,
    aggregated: {
      api: (await get('/api', AGGREGATED)) as { items: GroupDiscovery[] },
      apis: (await get('/apis', AGGREGATED)) as { items: GroupDiscovery[] },
    },
  };
  writeFileSync(RECORDED, `${JSON.stringify(recorded, null, 1)}\n`);
}
const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as RecordedDiscovery;

/** What the real server has beside what is served here. */
const NOT_SERVED: Record<string, string[]> = {
  '/api/v1': [
    'bindings',
    'componentstatuses',
    'nodes/proxy',
    'persistentvolumes',
    'persistentvolumes/status',
    'pods/ephemeralcontainers',
    'pods/proxy',
    'pods/resize',
    'podtemplates',
    'replicationcontrollers',
    'replicationcontrollers/scale',
    'replicationcontrollers/status',
    'services/proxy',
  ],
  '/apis/apps/v1': ['controllerrevisions'],
  '/apis/admissionregistration.k8s.io/v1': ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
  '/apis/networking.k8s.io/v1': ['ingressclasses', 'ipaddresses', 'servicecidrs', 'servicecidrs/status'],
};

/** Served since the last recording, which has them in what it says of all groups at once only. */
const NOT_RECORDED = ['/apis/admissionregistration.k8s.io/v1', '/apis/autoscaling/v1'];

const byName = (list: ResourceList): ResourceList['resources'] => [...list.resources].sort((a, b) => (a.name < b.name ? -1 : 1));

describe('discovery', () => {
  it.each(paths.filter((path) => !NOT_RECORDED.includes(path)))(
    'of %s is that of the real server, as far as it is served',
    async (path) => {
      const ours = (await ask(path)).body as ResourceList;
      const expected = recorded.lists[path]!;
      const missing = NOT_SERVED[path] ?? [];
      expect({ ...ours, resources: byName(ours) }).toEqual({
        ...expected,
        resources: byName(expected).filter(({ name }) => !missing.includes(name)),
      });
    },
  );

  it('lists groups in the order of the real server, custom ones last', async () => {
    const ours = ((await ask('/apis')).body as { groups: { name: string }[] }).groups;
    const names = ours.map(({ name }) => name);
    expect(ours).toEqual(recorded.groups.filter(({ name }) => names.includes(name)));
  });

  it.each(['api', 'apis'] as const)('of /%s at once is that of the real server, as far as it is served', async (root) => {
    const { contentType, body } = await ask(`/${root}`, AGGREGATED);
    expect(contentType).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    const { items } = body as { items: GroupDiscovery[] };
    for (const group of items) {
      const expected = recorded.aggregated[root].items.find(({ metadata }) => metadata.name === group.metadata.name)!;
      for (const version of group.versions) {
        const expectedVersion = expected.versions.find((candidate) => candidate.version === version.version)!;
        const missing = NOT_SERVED[root === 'api' ? '/api/v1' : `/apis/${group.metadata.name}/${version.version}`] ?? [];
        const shown = expectedVersion.resources
          .filter(({ resource }) => !missing.includes(resource))
          .map((resource) => withoutSubresources(resource, missing));
        expect(version).toEqual({ ...expectedVersion, resources: shown });
      }
    }
  });

  it('is not sent again to a client that has it', async () => {
    const headers = { authorization: 'Bearer admin', accept: AGGREGATED };
    const first = await cluster.handler.handle({ method: 'GET', path: '/apis', headers });
    const etag = String(first.headers['etag']);
    const second = await cluster.handler.handle({ method: 'GET', path: '/apis', headers: { ...headers, 'if-none-match': etag } });
    expect([second.status, second.body]).toEqual([304, '']);
  });
});

function withoutSubresources<T extends { resource: string; subresources?: { subresource: string }[] }>(
  resource: T,
  missing: readonly string[],
): T {
  const { subresources, ...rest } = resource;
  const shown = subresources?.filter(({ subresource }) => !missing.includes(`${resource.resource}/${subresource}`)) ?? [];
  return (shown.length > 0 ? { ...rest, subresources: shown } : rest) as T;
}
