import type { KubeObject } from '../../../kube/types/meta.ts';
import type { Clock } from '../../../system/clock.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import { badRequest, invalid, type ApiError } from '../api-error.ts';
import type { Caller } from '../caller.ts';
import type { VirtualRequest, VirtualResource } from '../virtual-resource.ts';
import type { AccessAttributes } from './access-attributes.ts';
import type { PolicyRule } from './policy-rule.ts';
import { describeMissingRoles, type RbacAuthorizer } from './rbac-authorizer.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

interface AccessReviewSpec {
  resourceAttributes?: {
    namespace?: string;
    verb?: string;
    group?: string;
    version?: string;
    resource?: string;
    subresource?: string;
    name?: string;
  };
  nonResourceAttributes?: { path?: string; verb?: string };
  user?: string;
  groups?: string[];
}

const AUTHORIZATION = { group: 'authorization.k8s.io', version: 'v1' };
const AUTHENTICATION = { group: 'authentication.k8s.io', version: 'v1' };

/** The reviews of authorization.k8s.io and authentication.k8s.io: what may I, what may they, who am I, whose token is this. */
export function accessReviews(deps: { authorizer: RbacAuthorizer; tokens: ServiceAccountTokens; clock: Clock }): VirtualResource[] {
  const { authorizer, tokens, clock } = deps;
  return [
    {
      ...AUTHORIZATION,
      plural: 'localsubjectaccessreviews',
      kind: 'LocalSubjectAccessReview',
      isNamespaced: true,
      hasManagedFields: true,
      create: (question) => reviewOthersAccess(authorizer, question),
    },
    {
      ...AUTHORIZATION,
      plural: 'selfsubjectaccessreviews',
      kind: 'SelfSubjectAccessReview',
      isNamespaced: false,
      hasManagedFields: true,
      create: ({ caller, body }) => reviewAccess(authorizer, caller, body),
    },
    {
      ...AUTHORIZATION,
      plural: 'selfsubjectrulesreviews',
      kind: 'SelfSubjectRulesReview',
      isNamespaced: false,
      hasManagedFields: false,
      create: (question) => reviewRules(authorizer, question),
    },
    {
      ...AUTHORIZATION,
      plural: 'subjectaccessreviews',
      kind: 'SubjectAccessReview',
      isNamespaced: false,
      hasManagedFields: true,
      create: (question) => reviewOthersAccess(authorizer, question),
    },
    {
      ...AUTHENTICATION,
      plural: 'selfsubjectreviews',
      kind: 'SelfSubjectReview',
      isNamespaced: false,
      hasManagedFields: false,
      create: (question) => reviewSelf(clock, question),
    },
    {
      ...AUTHENTICATION,
      plural: 'tokenreviews',
      kind: 'TokenReview',
      isNamespaced: false,
      hasManagedFields: true,
      create: (question) => reviewToken(tokens, question),
    },
  ];
}

function reviewAccess(authorizer: RbacAuthorizer, who: Pick<Caller, 'user' | 'groups'>, body: KubeObject): KubeObject {
  const spec = specOf<AccessReviewSpec>(body);
  const decision = authorizer.authorize(who, attributesOf(spec));
  return { ...body, spec, status: { allowed: decision.isAllowed, ...(decision.reason && { reason: decision.reason }) } };
}

function reviewOthersAccess(authorizer: RbacAuthorizer, { body, namespace }: VirtualRequest): KubeObject {
  const { user = '', groups = [], resourceAttributes } = specOf<AccessReviewSpec>(body);
  if (user === '' && groups.length === 0)
    throw invalidReview('spec.user', 'Invalid value: "": at least one of user or group must be specified');
  if (namespace !== undefined && resourceAttributes?.namespace !== namespace) {
    const asked = JSON.stringify(resourceAttributes?.namespace ?? '');
    throw invalidReview('spec.resourceAttributes.namespace', `Invalid value: ${asked}: must match metadata.namespace`);
  }
  return reviewAccess(authorizer, { user, groups }, body);
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: AccessReviewSpec): AccessAttributes {
  if (resourceAttributes && nonResourceAttributes) {
    const { path = '', verb = '' } = nonResourceAttributes;
    const given = JSON.stringify({ Path: path, Verb: verb });
    throw invalidReview(
      'spec.nonResourceAttributes',
      `Invalid value: ${given}: cannot be specified in combination with resourceAttributes`,
    );
  }
  if (nonResourceAttributes) return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path ?? '' };
  if (!resourceAttributes) {
    throw invalidReview(
      'spec.resourceAttributes',
      'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  }
  const { verb = '', group = '', resource = '', subresource, namespace, name } = resourceAttributes;
  return {
    verb,
    group,
    resource,
    ...(subresource && { subresource }),
    ...(namespace && { namespace }),
    ...(name && { name }),
  };
}

function reviewRules(authorizer: RbacAuthorizer, { caller, body }: VirtualRequest): KubeObject {
  const { namespace } = specOf<{ namespace?: string }>(body);
  if (!namespace) throw badRequest('no namespace on request');
  const { rules, missing } = authorizer.rulesFor(caller, namespace);
  return {
    ...body,
    spec: {},
    status: {
      resourceRules: rules.flatMap(({ nonResourceURLs: _, ...rule }) => (rule.resources?.length ? [rule] : [])),
      nonResourceRules: rules.flatMap(toPathRule),
      incomplete: false,
      ...(missing.length > 0 && { evaluationError: describeMissingRoles(missing) }),
    },
  };
}

function toPathRule({ verbs, nonResourceURLs }: PolicyRule): object[] {
  return nonResourceURLs?.length ? [{ verbs, nonResourceURLs }] : [];
}

function reviewSelf(clock: Clock, { caller, body }: VirtualRequest): KubeObject {
  const { creationTimestamp: _, ...metadata } = body.metadata;
  return {
    ...body,
    metadata: { ...metadata, creationTimestamp: toSecondsTimestamp(clock.now()) },
    status: { userInfo: userInfoOf(caller) },
  };
}

function reviewToken(tokens: ServiceAccountTokens, { body }: VirtualRequest): KubeObject {
  const { token, audiences } = specOf<{ token?: string; audiences?: string[] }>(body);
  if (!token) throw badRequest('token is required for TokenReview in authentication');
  const verified = tokens.verify(token, audiences?.length ? audiences : undefined);
  const status = verified
    ? { authenticated: true, user: userInfoOf(verified.caller), audiences: verified.audiences }
    : { user: {}, error: 'invalid bearer token' };
  return { ...body, status };
}

function userInfoOf({ user, uid, groups, extra }: Omit<Caller, 'userAgent'>): object {
  return { username: user, ...(uid !== undefined && { uid }), groups, ...(extra && { extra }) };
}

function specOf<T extends object>(body: KubeObject): T {
  const { spec } = body;
  return (typeof spec === 'object' && spec !== null ? spec : {}) as T;
}

function invalidReview(field: string, message: string): ApiError {
  return invalid({ group: 'authorization.k8s.io', kind: '' }, '', [{ reason: 'FieldValueInvalid', message, field }]);
}
