import { Buffer } from 'node:buffer';
import type { Secret } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { forbiddenValue, invalidValue, requiredValue, tooLong } from '../../schema/field-causes.ts';
import { checkImmutable, checkName } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { configKey, dns1123Subdomain } from '../name-problems.ts';
import { base64Bytes } from './config-map-rules.ts';

const MOST_BYTES = 1024 * 1024;
const IMMUTABLE = 'field is immutable when `immutable` is set';
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';

/** Keys that a Secret of a type must have: all of them, or at least one. */
const REQUIRED_KEYS: Record<string, { all?: string[]; one?: string[] }> = {
  'kubernetes.io/tls': { all: ['tls.crt', 'tls.key'] },
  'kubernetes.io/ssh-auth': { all: ['ssh-privatekey'] },
  'kubernetes.io/dockerconfigjson': { all: ['.dockerconfigjson'] },
  'kubernetes.io/dockercfg': { all: ['.dockercfg'] },
  'kubernetes.io/basic-auth': { one: ['username', 'password'] },
};

/** Rules for Secrets. Models apis/core/v1/conversion.go (stringData), defaults and core/validation ValidateSecret. */
export const secretRules: KindRules<Secret> = {
  completeDefaults(draft) {
    draft.type ||= 'Opaque';
    if (!draft.stringData) return;
    const encoded = Object.entries(draft.stringData).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')] as const);
    draft.data = { ...draft.data, ...Object.fromEntries(encoded) };
    delete draft.stringData;
  },
  validate(draft, previous) {
    const { data = {} } = draft;
    const bytes = Object.values(data).reduce((total, text) => total + base64Bytes(text), 0);
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...(previous ? checkImmutable('type', draft.type !== previous.type, draft.type) : []),
      ...(previous?.immutable ? checkUnchanged(draft, previous) : []),
      ...Object.keys(data).flatMap((key) => checkName(`data[${key}]`, key, configKey)),
      ...(bytes > MOST_BYTES ? [tooLong('data', MOST_BYTES)] : []),
      ...checkType(draft),
    ];
  },
};

function checkUnchanged(draft: Secret, previous: Secret): StatusCause[] {
  return [
    ...(draft.immutable ? [] : [forbiddenValue('immutable', IMMUTABLE)]),
    ...(equalJson(draft.data ?? {}, previous.data ?? {}) ? [] : [forbiddenValue('data', IMMUTABLE)]),
  ];
}

function checkType({ type = '', data = {}, metadata }: Secret): StatusCause[] {
  if (type === 'kubernetes.io/service-account-token') {
    return metadata.annotations?.[SERVICE_ACCOUNT_NAME] ? [] : [requiredValue(`metadata.annotations[${SERVICE_ACCOUNT_NAME}]`)];
  }
  const { all = [], one = [] } = Object.hasOwn(REQUIRED_KEYS, type) ? REQUIRED_KEYS[type]! : {};
  const missing = all.filter((key) => !Object.hasOwn(data, key));
  const hasOne = one.length === 0 || one.some((key) => Object.hasOwn(data, key));
  return [
    ...(hasOne ? missing : one).map((key) => requiredValue(`data[${key}]`)),
    ...(missing.length === 0 ? checkDockerConfig(all[0], data) : []),
  ];
}

function checkDockerConfig(key: string | undefined, data: Record<string, string>): StatusCause[] {
  if (key !== '.dockerconfigjson' && key !== '.dockercfg') return [];
  const text = Buffer.from(data[key]!, 'base64').toString('utf8');
  try {
    JSON.parse(text);
    return [];
  } catch {
    const problem =
      text.trim() === '' ? 'unexpected end of JSON input' : `invalid character '${text.trim()[0]}' looking for beginning of value`;
    return [invalidValue(`data[${key}]`, '<secret contents redacted>', problem)];
  }
}
