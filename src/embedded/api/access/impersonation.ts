import type { Caller } from '../caller.ts';
import type { RbacAuthorizer } from './rbac-authorizer.ts';

/** Header values by lower-case name. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Groups, a uid or extra were asked for without a user. */
export class IncompleteImpersonation extends Error {}

const EXTRA_PREFIX = 'impersonate-extra-';

/** Takes on the identity that Impersonate-* headers ask for; throws 403 unless the caller may. Models apiserver filters/impersonation. */
export function impersonate(authorizer: RbacAuthorizer, caller: Caller, headers: Headers): Caller {
  const user = first(headers['impersonate-user']);
  const groups = all(headers['impersonate-group']);
  const uid = first(headers['impersonate-uid']);
  const extra = extraHeaders(headers);
  if (user === undefined) {
    const alone = [
      ...groups.map((group) => `{Group  ${group}    }`),
      ...Object.entries(extra).flatMap(([key, values]) => values.map((value) => `{UserExtra  ${value}  authentication.k8s.io/v1  ${key}}`)),
      ...(uid === undefined ? [] : [`{UID  ${uid}  authentication.k8s.io/v1  }`]),
    ];
    if (alone.length > 0) throw new IncompleteImpersonation(`requested [${alone.join(' ')}] without impersonating a user`);
    return caller;
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  requireEach(authorizer, caller, { group: '', resource: account ? 'serviceaccounts' : 'users' }, [account?.[2] ?? user], account?.[1]);
  requireEach(authorizer, caller, { group: '', resource: 'groups' }, groups);
  if (uid !== undefined) requireEach(authorizer, caller, { group: 'authentication.k8s.io', resource: 'uids' }, [uid]);
  for (const [key, values] of Object.entries(extra)) {
    requireEach(authorizer, caller, { group: 'authentication.k8s.io', resource: 'userextras', subresource: key }, values);
  }
  return {
    user,
    groups: withStandardGroups(user, groups, account?.[1]),
    userAgent: caller.userAgent,
    ...(uid !== undefined && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
    impersonatedBy: { user: caller.user, groups: caller.groups },
  };
}

function requireEach(
  authorizer: RbacAuthorizer,
  caller: Caller,
  resource: { group: string; resource: string; subresource?: string },
  names: readonly string[],
  namespace?: string,
): void {
  for (const name of names) {
    authorizer.require(caller, { verb: 'impersonate', ...resource, name, ...(namespace !== undefined && { namespace }) });
  }
}

/** Every user that is somebody is authenticated; a service account has its groups unless others are asked for. */
function withStandardGroups(user: string, groups: readonly string[], namespace: string | undefined): string[] {
  const own =
    groups.length === 0 && namespace !== undefined ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : [...groups];
  const standard = user === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return own.includes('system:authenticated') || own.includes('system:unauthenticated') ? own : [...own, standard];
}

function extraHeaders(headers: Headers): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const name of Object.keys(headers)) {
    if (name.startsWith(EXTRA_PREFIX)) extra[decodeKey(name.slice(EXTRA_PREFIX.length))] = all(headers[name]);
  }
  return extra;
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function first(value: string | readonly string[] | undefined): string | undefined {
  const found = all(value)[0];
  return found === '' ? undefined : found;
}

function all(value: string | readonly string[] | undefined): string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : [...value];
}
