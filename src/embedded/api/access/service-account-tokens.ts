import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../system/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Caller } from '../caller.ts';

/** Who issues service account tokens, and whom they are for unless a request says otherwise. */
export const TOKEN_ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** What a token is asked for. */
export interface TokenSubject {
  namespace: string;
  name: string;
  uid: string;
  audiences: readonly string[];
  lifetimeSeconds: number;
  /** The object whose deletion ends the token. */
  boundTo?: { kind: 'Pod' | 'Secret' | 'Node'; name: string; uid: string };
}

interface Claims {
  aud: string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  nbf: number;
  sub: string;
  'kubernetes.io': {
    namespace: string;
    serviceaccount: { name: string; uid: string };
    [bound: string]: unknown;
  };
}

/** A token that was found valid. */
export interface VerifiedToken {
  caller: Omit<Caller, 'userAgent'>;
  audiences: string[];
}

const BOUND_RESOURCES: Record<string, string> = { pod: 'pods', secret: 'secrets', node: 'nodes' };

/**
 * Issues and checks service account tokens: JSON web tokens with the claims of the real server, signed with a secret of the cluster.
 * A token ends with its time, its service account, or the object that it is bound to.
 */
export class ServiceAccountTokens {
  readonly #signingKey: string;
  readonly #store: Store;
  readonly #clock: Clock;

  constructor({ signingKey, store, clock }: { signingKey: string; store: Store; clock: Clock }) {
    this.#signingKey = signingKey;
    this.#store = store;
    this.#clock = clock;
  }

  issue({ namespace, name, uid, audiences, lifetimeSeconds, boundTo }: TokenSubject): string {
    const issuedAt = Math.floor(this.#clock.now() / 1000);
    const claims: Claims = {
      aud: [...audiences],
      exp: issuedAt + lifetimeSeconds,
      iat: issuedAt,
      iss: TOKEN_ISSUER,
      jti: randomUUID(),
      'kubernetes.io': {
        namespace,
        ...(boundTo && { [boundTo.kind.toLowerCase()]: { name: boundTo.name, uid: boundTo.uid } }),
        serviceaccount: { name, uid },
      },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const content = `${encode({ alg: 'HS256' })}.${encode(claims)}`;
    return `${content}.${this.#sign(content)}`;
  }

  /** Who presents a token; undefined when it is not valid, not valid any more, or meant for somebody else. */
  verify(token: string, audiences: readonly string[] = [TOKEN_ISSUER]): VerifiedToken | undefined {
    const claims = this.#readSigned(token);
    if (!claims || claims.exp <= this.#clock.now() / 1000) return undefined;
    const shared = claims.aud.filter((audience) => audiences.includes(audience));
    if (shared.length === 0 || !this.#subjectExists(claims)) return undefined;
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    return {
      caller: {
        user: claims.sub,
        uid: serviceaccount.uid,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        extra: extraOf(claims),
      },
      audiences: shared,
    };
  }

  #readSigned(token: string): Claims | undefined {
    const [header, claims, signature, ...rest] = token.split('.');
    if (!header || !claims || !signature || rest.length > 0) return undefined;
    const expected = Buffer.from(this.#sign(`${header}.${claims}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Claims;
  }

  #subjectExists({ 'kubernetes.io': bound }: Claims): boolean {
    const { namespace, serviceaccount } = bound;
    if (this.#store.get('serviceaccounts', namespace, serviceaccount.name)?.metadata.uid !== serviceaccount.uid) return false;
    return Object.entries(BOUND_RESOURCES).every(([key, resource]) => {
      const reference = bound[key] as { name: string; uid: string } | undefined;
      if (!reference) return true;
      const object = this.#store.get(resource, resource === 'nodes' ? undefined : namespace, reference.name);
      return object?.metadata.uid === reference.uid;
    });
  }

  #sign(content: string): string {
    return createHmac('sha256', this.#signingKey).update(content).digest('base64url');
  }
}

function extraOf({ jti, 'kubernetes.io': bound }: Claims): Record<string, string[]> {
  const pod = bound['pod'] as { name: string; uid: string } | undefined;
  return {
    'authentication.kubernetes.io/credential-id': [`JTI=${jti}`],
    ...(pod && { 'authentication.kubernetes.io/pod-name': [pod.name], 'authentication.kubernetes.io/pod-uid': [pod.uid] }),
  };
}

function encode(content: unknown): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}
