import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelSelector } from '../../../kube/types/meta.ts';
import type { NetworkPolicy, PolicyPeer } from '../../../kube/types/networking.ts';
import { isInBlock } from './ip-block.ts';
import { isAllowed, type Connection, type ConnectionEnd, type PolicyPod } from './policy-rules.ts';

const LAB = { 'kubernetes.io/metadata.name': 'lab', team: 'shop' };
const OTHER = { 'kubernetes.io/metadata.name': 'other' };

const client = endOf('10.244.0.9', { labels: { app: 'client' } });
const shop = endOf('10.244.0.5', {
  labels: { app: 'shop', tier: 'web' },
  ports: [
    { name: 'http', containerPort: 8080 },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ],
});
const stranger = endOf('10.244.0.7', { namespace: 'other', namespaceLabels: OTHER, labels: { app: 'client' } });
const outside: ConnectionEnd = { ip: '172.18.0.1' };

function endOf(ip: string, pod: Partial<PolicyPod>): ConnectionEnd {
  return { ip, pod: { namespace: 'lab', namespaceLabels: LAB, labels: {}, ports: [], ...pod } };
}

function policy(spec: NetworkPolicy['spec'], namespace = 'lab'): NetworkPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace }, ...(spec && { spec }) };
}

function connect(from: ConnectionEnd, to: ConnectionEnd, port = 8080): Connection {
  return { from, to, port, protocol: 'TCP' };
}

const DENY_IN = policy({ podSelector: {}, policyTypes: ['Ingress'] });
const DENY_OUT = policy({ podSelector: {}, policyTypes: ['Egress'] });

describe('isolation', () => {
  test('a pod that no policy selects is open', () => {
    expect(isAllowed([policy({ podSelector: { matchLabels: { app: 'else' } } })], connect(client, shop))).toBe(true);
    expect(isAllowed([policy({ podSelector: {} }, 'other')], connect(client, shop))).toBe(true);
  });

  test('one that is selected is closed in the directions that the policy is about, and in no other', () => {
    expect(isAllowed([DENY_IN], connect(client, shop))).toBe(false);
    expect(isAllowed([DENY_IN], connect(shop, stranger))).toBe(true);
    expect(isAllowed([DENY_OUT], connect(shop, stranger))).toBe(false);
    expect(isAllowed([DENY_OUT], connect(stranger, shop))).toBe(true);
    expect(isAllowed([DENY_IN, DENY_OUT], connect(outside, stranger))).toBe(true);
  });

  test('without policyTypes a policy is about ingress, and about egress where it has rules for that', () => {
    const ingressOnly = policy({ podSelector: {} });
    expect(isAllowed([ingressOnly], connect(shop, stranger))).toBe(true);
    expect(isAllowed([ingressOnly], connect(stranger, shop))).toBe(false);
    const both = policy({ podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] });
    expect(isAllowed([both], connect(shop, stranger))).toBe(false);
    expect(isAllowed([both], connect(stranger, shop))).toBe(false);
  });

  test('both ends have to agree', () => {
    const letIn = policy({ podSelector: { matchLabels: { app: 'shop' } }, policyTypes: ['Ingress'], ingress: [{}] });
    expect(isAllowed([DENY_OUT, letIn], connect(client, shop))).toBe(false);
    const letOut = policy({ podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [{}] });
    expect(isAllowed([DENY_IN, DENY_OUT, letOut], connect(client, shop))).toBe(false);
    expect(isAllowed([DENY_IN, DENY_OUT, letOut, letIn], connect(client, shop))).toBe(true);
  });
});

describe('peers', () => {
  const clients = { podSelector: { matchLabels: { app: 'client' } } };
  const teamShop = { namespaceSelector: { matchLabels: { team: 'shop' } } };
  const block = { ipBlock: { cidr: '172.18.0.0/16', except: ['172.18.9.0/24'] } };
  test.each<[string, PolicyPeer[] | undefined, boolean, boolean, boolean]>([
    ['nobody named is everybody', undefined, true, true, true],
    ['an empty list is everybody', [], true, true, true],
    ['pods of the own namespace', [clients], true, false, false],
    ['all pods of the own namespace', [{ podSelector: {} }], true, false, false],
    ['all pods of some namespaces', [teamShop], true, false, false],
    ['all pods of all namespaces', [{ namespaceSelector: {} }], true, true, false],
    ['both in one peer: some pods of some namespaces', [{ ...clients, namespaceSelector: {} }], true, true, false],
    [
      'both in one peer, of which one does not fit',
      [{ ...clients, namespaceSelector: { matchLabels: { team: 'x' } } }],
      false,
      false,
      false,
    ],
    ['two peers: one or the other', [{ podSelector: { matchLabels: { app: 'x' } } }, { namespaceSelector: {} }], true, true, false],
    ['a block of addresses', [block], false, false, true],
    ['a block with pods in it', [{ ipBlock: { cidr: '10.244.0.8/29' } }], true, false, false],
    ['a block but for a part of it', [{ ipBlock: { cidr: '172.18.0.0/16', except: ['172.18.0.0/31'] } }], false, false, false],
    ['every address', [{ ipBlock: { cidr: '0.0.0.0/0' } }], true, true, true],
  ])('%s', (_, from, own, foreign, outer) => {
    const policies = [policy({ podSelector: { matchLabels: { app: 'shop' } }, ingress: [{ ...(from && { from }) }] })];
    expect([client, stranger, outside].map((end) => isAllowed(policies, connect(end, shop)))).toEqual([own, foreign, outer]);
  });

  test('expressions select as they do everywhere', () => {
    const select = (matchExpressions: LabelSelector['matchExpressions']) =>
      isAllowed([policy({ podSelector: { matchExpressions: matchExpressions! } })], connect(client, shop));
    expect(select([{ key: 'tier', operator: 'In', values: ['web', 'api'] }])).toBe(false);
    expect(select([{ key: 'tier', operator: 'NotIn', values: ['web'] }])).toBe(true);
    expect(select([{ key: 'tier', operator: 'Exists' }])).toBe(false);
    expect(select([{ key: 'tier', operator: 'DoesNotExist' }])).toBe(true);
  });
});

describe('ports', () => {
  const allows = (ports: NonNullable<NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[0]['ports']>, port: number) =>
    isAllowed([policy({ podSelector: {}, ingress: [{ ports }] })], connect(client, shop, port));
  test.each([
    [[], 1, true],
    [[{ port: 8080 }], 8080, true],
    [[{ port: 8080 }], 8081, false],
    [[{ port: 8080, protocol: 'UDP' }], 8080, false],
    [[{ protocol: 'TCP' }], 9, true],
    [[{ protocol: 'SCTP' }], 9, false],
    [[{ port: 'http' }], 8080, true],
    [[{ port: 'http' }], 80, false],
    [[{ port: 'dns' }], 53, false],
    [[{ port: 'dns', protocol: 'UDP' }], 53, false],
    [[{ port: 'nosuch' }], 8080, false],
    [[{ port: 8000, endPort: 8080 }], 8080, true],
    [[{ port: 8000, endPort: 8080 }], 8081, false],
    [[{ port: 1 }, { port: 2 }], 2, true],
  ])('%j and port %i: %s', (ports, port, expected) => {
    expect(allows(ports, port)).toBe(expected);
  });

  test('a name in an egress rule is what the destination calls its port', () => {
    const policies = [policy({ podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] })];
    expect(isAllowed(policies, connect(client, shop))).toBe(true);
    expect(isAllowed(policies, connect(client, outside))).toBe(false);
  });
});

describe('for any policies', () => {
  const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b', 'c'), { maxKeys: 2 });
  const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
    labels.map((matchLabels) => ({ matchLabels })),
    fc
      .record({ key: fc.constantFrom('app', 'tier'), operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) })
      .map((one) => ({
        matchExpressions: [one],
      })),
    fc
      .record({
        key: fc.constantFrom('app', 'tier'),
        operator: fc.constantFrom('In' as const, 'NotIn' as const),
        values: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      })
      .map((one) => ({ matchExpressions: [one] })),
  );
  const peer: fc.Arbitrary<PolicyPeer> = fc.oneof(
    selector.map((podSelector) => ({ podSelector })),
    selector.map((namespaceSelector) => ({ namespaceSelector })),
    fc.record({ podSelector: selector, namespaceSelector: selector }),
    fc.constantFrom('0.0.0.0/0', '10.244.0.0/24', '172.18.0.0/16').map((cidr) => ({ ipBlock: { cidr } })),
  );
  const ports = fc.array(fc.record({ port: fc.constantFrom<number | string>(8080, 9090, 'http') }), { maxLength: 2 });
  const spec = fc.record({
    podSelector: selector,
    policyTypes: fc.subarray(['Ingress', 'Egress'], { minLength: 1 }),
    ingress: fc.array(fc.record({ from: fc.array(peer, { maxLength: 2 }), ports }), { maxLength: 2 }),
    egress: fc.array(fc.record({ to: fc.array(peer, { maxLength: 2 }), ports }), { maxLength: 2 }),
  });
  const policies = fc.array(
    fc.tuple(spec, fc.constantFrom('lab', 'other')).map(([one, namespace]) => policy(one, namespace)),
    {
      maxLength: 4,
    },
  );
  const pod = fc.record({
    namespace: fc.constantFrom('lab', 'other'),
    labels,
    namespaceLabels: labels,
    ports: fc.constantFrom([], [{ name: 'http', containerPort: 8080 }]),
  });
  const end: fc.Arbitrary<ConnectionEnd> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ ip: fc.constantFrom('10.244.0.5', '10.244.1.5'), pod }) },
    fc.constantFrom('172.18.0.1', '8.8.8.8').map((ip) => ({ ip })),
  );
  const connection = fc.record({ from: end, to: end, port: fc.constantFrom(8080, 9090), protocol: fc.constant('TCP' as const) });

  test('their order does not matter, and one said twice is one said once', () => {
    fc.assert(
      fc.property(policies, connection, (all, wanted) => {
        const expected = isAllowed(all, wanted);
        expect(isAllowed([...all].reverse(), wanted)).toBe(expected);
        expect(isAllowed([...all, ...all], wanted)).toBe(expected);
      }),
    );
  });

  test('another rule in a policy never takes anything away', () => {
    fc.assert(
      fc.property(policies, connection, fc.array(peer, { maxLength: 2 }), (all, wanted, peers) => {
        const wider = all.map((one) => ({
          ...one,
          spec: {
            ...one.spec,
            ingress: [...(one.spec?.ingress ?? []), { from: peers }],
            egress: [...(one.spec?.egress ?? []), { to: peers }],
          },
        }));
        if (isAllowed(all, wanted)) expect(isAllowed(wider, wanted)).toBe(true);
      }),
    );
  });

  test('a policy that isolates and allows nothing never adds anything', () => {
    fc.assert(
      fc.property(policies, connection, (all, wanted) => {
        const denyAll = ['lab', 'other'].map((namespace) => policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, namespace));
        if (isAllowed([...all, ...denyAll], wanted)) expect(isAllowed(all, wanted)).toBe(true);
        expect(isAllowed(denyAll, wanted)).toBe(!wanted.from.pod && !wanted.to.pod);
      }),
    );
  });

  test('what one end allows depends on that end’s namespace only', () => {
    fc.assert(
      fc.property(policies, connection, (all, wanted) => {
        const namespaces = [wanted.from.pod?.namespace, wanted.to.pod?.namespace];
        const concerned = all.filter(({ metadata }) => namespaces.includes(metadata.namespace));
        expect(isAllowed(concerned, wanted)).toBe(isAllowed(all, wanted));
      }),
    );
  });

  test('everything is allowed by a policy that allows everything, whatever the others say', () => {
    fc.assert(
      fc.property(policies, connection, (all, wanted) => {
        const open = ['lab', 'other'].map((namespace) =>
          policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] }, namespace),
        );
        expect(isAllowed([...all, ...open], wanted)).toBe(true);
      }),
    );
  });
});

test('an address lies in a block when their first bits agree', () => {
  const octet = fc.nat(255);
  const address = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
  const bits = (ip: string): string =>
    ip
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  fc.assert(
    fc.property(address, address, fc.nat(32), (ip, network, length) => {
      expect(isInBlock(ip, `${network}/${length}`)).toBe(bits(ip).slice(0, length) === bits(network).slice(0, length));
    }),
  );
  expect(isInBlock('10.0.0.1', '2001:db8::/0')).toBe(false);
  expect(isInBlock('10.0.0.1', '::ffff:10.0.0.0/96')).toBe(false);
});
