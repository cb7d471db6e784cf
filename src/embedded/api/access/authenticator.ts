import { timingSafeEqual } from 'node:crypto';
import { unauthorized } from '../api-error.ts';
import { MASTERS_GROUP, type Caller } from '../caller.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

/** The user behind the administrator's token. */
export const ADMIN_USER = 'kubernetes-admin';

/** Finds out who makes a request. Models apiserver authentication with a static token, service account tokens and anonymous requests. */
export class Authenticator {
  readonly #adminToken: Buffer | undefined;
  readonly #tokens: ServiceAccountTokens;

  /** Without an admin token nobody is the administrator by token. */
  constructor({ adminToken, tokens }: { adminToken: string | undefined; tokens: ServiceAccountTokens }) {
    this.#adminToken = adminToken === undefined ? undefined : Buffer.from(adminToken);
    this.#tokens = tokens;
  }

  /** Somebody without a token is anonymous; throws 401 for a token that nobody has. */
  authenticate(authorization: string | undefined, userAgent: string): Caller {
    const token = bearerToken(authorization ?? '');
    if (token === '') return { user: 'system:anonymous', groups: ['system:unauthenticated'], userAgent };
    if (this.#isAdmin(token)) return adminCaller(userAgent);
    const verified = this.#tokens.verify(token);
    if (!verified) throw unauthorized();
    return { ...verified.caller, userAgent };
  }

  #isAdmin(token: string): boolean {
    const given = Buffer.from(token);
    return this.#adminToken?.length === given.length && timingSafeEqual(given, this.#adminToken);
  }
}

/** The token of an Authorization header; empty when there is none. Models apiserver authentication/request/bearertoken. */
function bearerToken(authorization: string): string {
  const [scheme = '', token = ''] = authorization.trim().split(' ');
  return scheme.toLowerCase() === 'bearer' ? token : '';
}

/** The administrator, who may do everything. */
export function adminCaller(userAgent: string): Caller {
  return { user: ADMIN_USER, groups: [MASTERS_GROUP, 'system:authenticated'], userAgent };
}
