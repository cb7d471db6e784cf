import type { KubeObject, StatusCause } from '../../../kube/types/meta.ts';
import type { Clock } from '../../../system/clock.ts';
import { toSecondsTimestamp } from '../../../system/time.ts';
import type { Store } from '../../store/store.ts';
import { badRequest, conflict, invalid, notFound } from '../api-error.ts';
import { TOKEN_ISSUER, type ServiceAccountTokens, type TokenSubject } from './service-account-tokens.ts';

interface TokenRequestSpec {
  audiences?: string[] | null;
  expirationSeconds?: number | null;
  boundObjectRef?: { kind?: string; apiVersion?: string; name?: string; uid?: string } | null;
}

const MIN_LIFETIME_SECONDS = 600;
const DEFAULT_LIFETIME_SECONDS = 3_600;
const MAX_LIFETIME_SECONDS = 2 ** 32;

/** Answers POST serviceaccounts/x/token. Models registry/core/serviceaccount/storage/token.go. */
export function requestToken(
  { store, clock, tokens }: { store: Store; clock: Clock; tokens: ServiceAccountTokens },
  { namespace, name }: { namespace: string; name: string },
  body: KubeObject,
): KubeObject {
  const account = store.get('serviceaccounts', namespace, name);
  if (!account) throw notFound({ plural: 'serviceaccounts', group: '', name });
  const { audiences, expirationSeconds, boundObjectRef } = (body['spec'] ?? {}) as TokenRequestSpec;
  const lifetimeSeconds = expirationSeconds ?? DEFAULT_LIFETIME_SECONDS;
  refuseLifetime(lifetimeSeconds);
  const boundTo = boundObjectRef ? boundObject(store, namespace, boundObjectRef) : undefined;
  const wanted = audiences?.length ? audiences : [TOKEN_ISSUER];
  const uid = account.metadata.uid ?? '';
  const token = tokens.issue({ namespace, name, uid, audiences: wanted, lifetimeSeconds, ...(boundTo && { boundTo }) });
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, uid, creationTimestamp: toSecondsTimestamp(clock.now()) },
    spec: { audiences: wanted, expirationSeconds: lifetimeSeconds, boundObjectRef: boundObjectRef ?? null },
    status: { token, expirationTimestamp: toSecondsTimestamp((Math.floor(clock.now() / 1000) + lifetimeSeconds) * 1000) },
  };
}

function refuseLifetime(seconds: number): void {
  const problem =
    seconds < MIN_LIFETIME_SECONDS
      ? 'may not specify a duration less than 10 minutes'
      : seconds > MAX_LIFETIME_SECONDS
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (!problem) return;
  const cause: StatusCause = {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${seconds}: ${problem}`,
    field: 'spec.expirationSeconds',
  };
  throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [cause]);
}

function boundObject(
  store: Store,
  namespace: string,
  { kind = '', apiVersion = '', name = '', uid }: NonNullable<TokenRequestSpec['boundObjectRef']>,
): NonNullable<TokenSubject['boundTo']> {
  if (apiVersion !== 'v1' || (kind !== 'Pod' && kind !== 'Secret' && kind !== 'Node')) {
    throw badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`);
  }
  const plural = `${kind.toLowerCase()}s`;
  const object = store.get(plural, kind === 'Node' ? undefined : namespace, name);
  if (!object) throw notFound({ plural, group: '', name });
  if (uid && uid !== object.metadata.uid) {
    throw conflict(
      { plural, group: '', name },
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  return { kind, name, uid: object.metadata.uid ?? '' };
}
