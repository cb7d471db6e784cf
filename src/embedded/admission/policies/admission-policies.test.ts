import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { ClusterClock } from '../../../system/clock.ts';
import type { ApiError } from '../../api/api-error.ts';
import { controlPlane, serviceAccount } from '../../api/caller.ts';
import type { ApiClient } from '../../api/client.ts';
import { EmbeddedCluster } from '../../cluster.ts';
import { enforcePolicies } from './enforce-policies.ts';
import type { AdmissionPolicy } from './policy.ts';

const POLICIES = 'validatingadmissionpolicies.admissionregistration.k8s.io';
const BINDINGS = 'validatingadmissionpolicybindings.admissionregistration.k8s.io';
const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] };

interface World {
  core: EmbeddedCluster['core'];
  admin: ApiClient;
  deployer: ApiClient;
}

function world(): World {
  const { core } = EmbeddedCluster.create({
    clock: new ClusterClock(Date.parse('2026-03-01T10:00:00Z')),
    assemble: () => ({ controllers: [] }),
  });
  const admin = core.clientFor(controlPlane('kubernetes-admin', 'kubectl'));
  admin.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab', labels: { team: 'shop' } } });
  return { core, admin, deployer: core.clientFor(serviceAccount('lab', 'deployer', 'kubectl')) };
}

function policy(spec: Partial<AdmissionPolicy['spec']>): KubeObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'guard' },
    spec: { matchConstraints: { resourceRules: [RULE] }, validations: [{ expression: 'false', message: 'no' }], ...spec },
  };
}

function binding(spec: object = {}): KubeObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'guard-lab' },
    spec: { policyName: 'guard', validationActions: ['Deny'], ...spec },
  };
}

function inForce(spec: Partial<AdmissionPolicy['spec']>, bound: object = {}): World {
  const w = world();
  w.admin.create(POLICIES, policy(spec));
  w.admin.create(BINDINGS, binding(bound));
  return w;
}

const configMap = (data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'lab' },
  data,
});

function refusal(act: () => unknown): ApiError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error as ApiError;
  }
}

describe('a ValidatingAdmissionPolicy', () => {
  test('denies what its validation does not allow, in the words of the real server', () => {
    const { admin } = inForce({});
    const text = "ValidatingAdmissionPolicy 'guard' with binding 'guard-lab' denied request: no";
    expect(refusal(() => admin.create('configmaps', configMap()))).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: `configmaps "a" is forbidden: ${text}`,
      status: { details: { name: 'a', kind: 'configmaps', causes: [{ message: text }] } },
    });
  });

  test('compares the object before and after, key by key', () => {
    const { admin } = inForce({
      validations: [
        {
          expression:
            "oldObject == null || object.data.all(k, k in ['image'] || (k in oldObject.data && object.data[k] == oldObject.data[k]))",
        },
      ],
    });
    admin.create('configmaps', configMap({ image: '1', gate: 'on' }));
    admin.patch('configmaps', 'lab', 'a', { type: 'merge', body: { data: { image: '2' } } });
    const off = refusal(() => admin.patch('configmaps', 'lab', 'a', { type: 'merge', body: { data: { gate: 'off' } } }));
    expect(off?.message).toContain('denied request: failed expression: oldObject == null');
    expect(admin.get<KubeObject>('configmaps', 'lab', 'a')).toMatchObject({ data: { image: '2', gate: 'on' } });
  });

  test.each([
    ['off', { gate: 'on' }, { gate: 'off' }],
    ['gone', { gate: 'on' }, {}],
    ['new', {}, { gate: 'on' }],
  ])('compares what may be missing: %s', (_what, before, after) => {
    const validations = [{ expression: 'oldObject == null || object.?data.gate == oldObject.?data.gate' }];
    const { admin } = inForce({ validations });
    admin.create('configmaps', configMap(before as Record<string, string>));
    expect(refusal(() => admin.update('configmaps', configMap({ ...after, image: '2' })))?.code).toBe(422);
    expect(refusal(() => admin.update('configmaps', configMap({ ...before, image: '2' })))).toBeUndefined();
    expect(
      refusal(() => inForce({ validations: [{ expression: 'object.?a != object.?kind' }] }).admin.create('configmaps', configMap())),
    ).toBeUndefined();
  });

  test('is about those whom its conditions name', () => {
    const { admin, deployer } = inForce({
      matchConditions: [{ name: 'who', expression: "request.userInfo.username == 'system:serviceaccount:lab:deployer'" }],
      validations: [
        { expression: 'false', messageExpression: "request.userInfo.groups[0] + ' may not ' + request.operation", reason: 'Forbidden' },
      ],
    });
    admin.create('configmaps', configMap());
    expect(refusal(() => deployer.create('configmaps', { ...configMap(), metadata: { name: 'b', namespace: 'lab' } }))).toMatchObject({
      code: 403,
      message: expect.stringMatching(/denied request: system:serviceaccounts may not CREATE$/) as string,
    });
  });

  test.each([
    ['another resource', { resourceRules: [{ ...RULE, resources: ['secrets'] }] }],
    ['a subresource', { resourceRules: [{ ...RULE, resources: ['configmaps/status'] }] }],
    ['another operation', { resourceRules: [{ ...RULE, operations: ['DELETE'] }] }],
    ['another group', { resourceRules: [{ ...RULE, apiGroups: ['apps'] }] }],
    ['another name', { resourceRules: [{ ...RULE, resourceNames: ['b'] }] }],
    ['another scope', { resourceRules: [{ ...RULE, scope: 'Cluster' }] }],
    ['another namespace', { resourceRules: [RULE], namespaceSelector: { matchLabels: { team: 'other' } } }],
    ['other labels', { resourceRules: [RULE], objectSelector: { matchLabels: { a: 'b' } } }],
    ['what is left out', { resourceRules: [{ ...RULE, resources: ['*'] }], excludeResourceRules: [RULE] }],
  ])('about %s does not matter', (_what, matchConstraints) => {
    const { admin } = inForce({ matchConstraints });
    expect(refusal(() => admin.create('configmaps', configMap()))).toBeUndefined();
  });

  test('is held against deletions, without the object after it', () => {
    const { admin } = inForce({
      matchConstraints: { resourceRules: [{ ...RULE, operations: ['*'], resources: ['*'] }] },
      validations: [{ expression: "object != null || oldObject.metadata.name != 'a'" }],
    });
    admin.create('configmaps', configMap());
    expect(refusal(() => admin.delete('configmaps', 'lab', 'a'))?.reason).toBe('Invalid');
  });

  test('does nothing without a binding, and only notes with one that audits', () => {
    const w = world();
    w.admin.create(POLICIES, policy({}));
    expect(refusal(() => w.admin.create('configmaps', configMap()))).toBeUndefined();
    expect(refusal(() => inForce({}, { validationActions: ['Audit'] }).admin.create('configmaps', configMap()))).toBeUndefined();
    const elsewhere = { matchResources: { namespaceSelector: { matchLabels: { team: 'other' } } } };
    expect(refusal(() => inForce({}, elsewhere).admin.create('configmaps', configMap()))).toBeUndefined();
  });

  test('warns where its binding says so, also of what another one denies', () => {
    const warnings: string[] = [];
    const warn = (message: string): number => warnings.push(message);
    const { core, admin } = inForce({ validations: [{ expression: "object.data.gate == 'on'", message: 'no gate' }] });
    admin.create(POLICIES, { ...policy({}), metadata: { name: 'hint' } });
    const only = { ...binding({ policyName: 'hint', validationActions: ['Warn'] }), metadata: { name: 'hint-lab' } };
    admin.create(BINDINGS, only);
    const caller = { user: 'u', groups: [], userAgent: 'kubectl' };
    const create = (gate: string): void =>
      enforcePolicies(
        core.store,
        { caller, definition: core.registry.get('configmaps')!, namespace: 'lab', warn },
        { object: configMap({ gate }) },
      );
    create('on');
    const warning = "Validation failed for ValidatingAdmissionPolicy 'hint' with binding 'hint-lab': no";
    expect(warnings.splice(0)).toEqual([warning]);
    expect(refusal(() => create('off'))?.message).toContain("'guard' with binding 'guard-lab' denied request: no gate");
    expect(warnings).toEqual([warning]);
  });

  test('that cannot be evaluated denies, unless it forgives', () => {
    const validations = [{ expression: "object.data.gate == 'on'" }];
    const strict = refusal(() => inForce({ validations }).admin.create('configmaps', configMap({ a: 'b' })));
    expect(strict?.message).toContain("denied request: expression 'object.data.gate == 'on'' resulted in error: no such key: gate");
    const lenient = inForce({ validations, failurePolicy: 'Ignore' });
    expect(refusal(() => lenient.admin.create('configmaps', configMap({ a: 'b' })))).toBeUndefined();
  });

  test('knows variables, which are evaluated where they are needed', () => {
    const { admin } = inForce({
      variables: [
        { name: 'broken', expression: 'object.nothing.here' },
        { name: 'data', expression: 'has(object.data) ? object.data : {}' },
      ],
      validations: [{ expression: "variables.data.?gate.orValue('on') == 'on'" }],
    });
    expect(refusal(() => admin.create('configmaps', configMap()))).toBeUndefined();
    expect(refusal(() => admin.patch('configmaps', 'lab', 'a', { type: 'merge', body: { data: { gate: 'off' } } }))?.code).toBe(422);
  });

  test('is not held against policies: their owner could not mend a mistake', () => {
    const { admin } = inForce({
      matchConstraints: { resourceRules: [{ ...RULE, apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }] },
    });
    expect(refusal(() => admin.delete(BINDINGS, undefined, 'guard-lab'))).toBeUndefined();
  });

  test.each([
    [{ validations: [] }, 'spec.validations: Required value: validations or auditAnnotations must contain at least one item'],
    [{ matchConstraints: undefined }, 'spec.matchConstraints: Required value'],
    [{ matchConstraints: { resourceRules: [] } }, 'spec.matchConstraints.resourceRules: Required value'],
    [
      { validations: [{ expression: 'object.' }] },
      'spec.validations[0].expression: Invalid value: "object.": compilation failed: ERROR: <input>:1:1: ',
    ],
    [{ validations: [{ expression: 'nobody == 1' }] }, 'compilation failed'],
    [{ validations: [{ expression: "'yes'" }] }, 'must evaluate to bool'],
    [{ failurePolicy: 'Perhaps' }, 'spec.failurePolicy: Unsupported value: "Perhaps"'],
    [{ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }, 'spec.paramKind: Forbidden'],
  ])('with %j is refused', (spec, problem) => {
    const { admin } = world();
    expect(refusal(() => admin.create(POLICIES, policy(spec as never)))?.message).toContain(problem);
  });

  test('has its defaults filled in', () => {
    const { admin } = world();
    expect(admin.create(POLICIES, policy({}))).toMatchObject({
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, resourceRules: [{ scope: '*' }] },
      },
    });
  });

  test.each([
    [{ validationActions: [] }, 'spec.validationActions: Required value'],
    [{ validationActions: ['Deny', 'Warn'] }, 'must not contain both Deny and Warn'],
    [{ policyName: '' }, 'spec.policyName: Required value'],
  ])('is not bound with %j', (spec, problem) => {
    expect(refusal(() => world().admin.create(BINDINGS, binding(spec)))?.message).toContain(problem);
  });
});
