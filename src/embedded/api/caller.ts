/** Who makes a request. */
export interface Caller {
  user: string;
  groups: readonly string[];
  /** Becomes the field manager when a write names none: the part of the User-Agent before the first slash. */
  userAgent: string;
  /** Of the service account that the caller is. */
  uid?: string;
  extra?: Readonly<Record<string, readonly string[]>>;
  /** The user that impersonates `user`, when `--as` is in play. */
  impersonatedBy?: { user: string; groups: readonly string[] };
}

/** Members of this group may do everything, whatever the roles say. */
export const MASTERS_GROUP = 'system:masters';

/** A part of the control plane, identified as the real one is; one that is a service account is in its groups, which policies may ask for. */
export function controlPlane(user: string, userAgent: string): Caller {
  const namespace = /^system:serviceaccount:([^:]+):[^:]+$/.exec(user)?.[1];
  const own = namespace === undefined ? [] : serviceAccountGroups(namespace);
  return { user, groups: [MASTERS_GROUP, ...own, 'system:authenticated'], userAgent };
}

/** A service account, with the groups that its tokens carry. */
export function serviceAccount(namespace: string, name: string, userAgent: string): Caller {
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: [...serviceAccountGroups(namespace), 'system:authenticated'],
    userAgent,
  };
}

function serviceAccountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
