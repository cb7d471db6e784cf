import type { EnvFromSource, EnvVar, KeyReference } from '../../../kube/types/core.ts';
import type { StatusCause } from '../../../kube/types/meta.ts';
import { invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkName } from '../checks.ts';
import { configKey, dns1123Subdomain, environmentVariableName } from '../name-problems.ts';
import { checkFieldRef, checkResourceFieldRef } from './downward-api-validation.ts';

/** Models core/validation ValidateEnv. */
export function checkEnv(field: string, variables: readonly EnvVar[]): StatusCause[] {
  return variables.flatMap((variable, index) => {
    const place = `${field}[${index}]`;
    return [
      ...(variable.name ? checkName(`${place}.name`, variable.name, environmentVariableName) : [requiredValue(`${place}.name`)]),
      ...(variable.valueFrom ? checkValueFrom(`${place}.valueFrom`, variable) : []),
    ];
  });
}

function checkValueFrom(field: string, { value, valueFrom }: EnvVar): StatusCause[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom!;
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter((source) => source).length;
  return [
    ...(fieldRef ? checkFieldRef(`${field}.fieldRef`, fieldRef, 'environment') : []),
    ...(resourceFieldRef ? checkResourceFieldRef(`${field}.resourceFieldRef`, resourceFieldRef, 'environment') : []),
    ...(configMapKeyRef ? checkKeyReference(`${field}.configMapKeyRef`, configMapKeyRef) : []),
    ...(secretKeyRef ? checkKeyReference(`${field}.secretKeyRef`, secretKeyRef) : []),
    ...checkSourceCount(field, count, (value ?? '') !== ''),
  ];
}

function checkSourceCount(field: string, count: number, hasValue: boolean): StatusCause[] {
  if (count === 0)
    return [invalidValue(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`')];
  if (hasValue) return [invalidValue(field, '', 'may not be specified when `value` is not empty')];
  return count > 1 ? [invalidValue(field, '', 'may not have more than one field specified at a time')] : [];
}

function checkKeyReference(field: string, { name, key }: KeyReference): StatusCause[] {
  return [
    ...checkName(`${field}.name`, name ?? '', dns1123Subdomain),
    ...(key ? checkName(`${field}.key`, key, configKey) : [requiredValue(`${field}.key`)]),
  ];
}

/** Models core/validation ValidateEnvFrom. */
export function checkEnvFrom(field: string, sources: readonly EnvFromSource[]): StatusCause[] {
  return sources.flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const place = `${field}[${index}]`;
    return [
      ...(prefix ? checkName(`${place}.prefix`, prefix, environmentVariableName) : []),
      ...(configMapRef ? checkReference(`${place}.configMapRef.name`, configMapRef.name) : []),
      ...(secretRef ? checkReference(`${place}.secretRef.name`, secretRef.name) : []),
      ...(configMapRef || secretRef ? [] : [invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`')]),
      ...(configMapRef && secretRef ? [invalidValue(field, '', 'may not have more than one field specified at a time')] : []),
    ];
  });
}

function checkReference(field: string, name: string | undefined): StatusCause[] {
  return name ? checkName(field, name, dns1123Subdomain) : [requiredValue(field)];
}
