import type { ConfigMap } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { equalJson } from '../../../system/json.ts';
import { forbiddenValue, invalidValue, tooLong } from '../../schema/field-causes.ts';
import { checkName } from '../checks.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { configKey, dns1123Subdomain } from '../name-problems.ts';

const MOST_BYTES = 1024 * 1024;
const IMMUTABLE = 'field is immutable when `immutable` is set';

/** Rules for ConfigMaps. Models core/validation ValidateConfigMap and ValidateConfigMapUpdate. */
export const configMapRules: KindRules<ConfigMap> = {
  validate(draft, previous) {
    const { data = {}, binaryData = {} } = draft;
    const bytes = sum(Object.values(data).map((text) => Buffer.byteLength(text))) + sum(Object.values(binaryData).map(base64Bytes));
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...Object.keys(data).flatMap((key) => [
        ...checkName(`data[${key}]`, key, configKey),
        ...(Object.hasOwn(binaryData, key) ? [invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')] : []),
      ]),
      ...Object.keys(binaryData).flatMap((key) => checkName(`binaryData[${key}]`, key, configKey)),
      // Why: the server names the whole object with an empty key.
      ...(bytes > MOST_BYTES ? [tooLong('[]', MOST_BYTES)] : []),
      ...(previous?.immutable ? checkUnchanged(draft, previous) : []),
    ];
  },
};

function checkUnchanged(draft: ConfigMap, previous: ConfigMap): StatusCause[] {
  return [
    ...(draft.immutable ? [] : [forbiddenValue('immutable', IMMUTABLE)]),
    ...(equalJson(draft.data ?? {}, previous.data ?? {}) ? [] : [forbiddenValue('data', IMMUTABLE)]),
    ...(equalJson(draft.binaryData ?? {}, previous.binaryData ?? {}) ? [] : [forbiddenValue('binaryData', IMMUTABLE)]),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** How many bytes a base64 text stands for. */
export function base64Bytes(text: string): number {
  return (text.length / 4) * 3 - (/=*$/.exec(text)?.[0].length ?? 0);
}
