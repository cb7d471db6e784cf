import type { CustomResourceDefinition, CustomResourceNames } from './custom-resource-definition.ts';

/** Why the names of a definition cannot be used. */
export interface NameConflict {
  reason: 'SingularConflict' | 'ShortNamesConflict' | 'KindConflict' | 'ListKindConflict';
  message: string;
}

/** The first name that another definition of the group took before. Models controller/status/naming_controller.go. */
export function nameConflict(crd: CustomResourceDefinition, others: readonly CustomResourceDefinition[]): NameConflict | undefined {
  const taken = others
    .filter((other) => other.metadata.name !== crd.metadata.name && other.spec.group === crd.spec.group)
    .map(({ status }) => status?.acceptedNames)
    .filter((names): names is CustomResourceNames => names?.plural !== undefined && names.plural !== '');
  const resources = new Set(taken.flatMap(({ plural, singular = '', shortNames = [] }) => [plural, singular, ...shortNames]));
  const kinds = new Set(taken.flatMap(({ kind, listKind = '' }) => [kind, listKind]));
  const { singular = '', shortNames = [], kind, listKind = '' } = crd.spec.names;
  if (singular && resources.has(singular)) return { reason: 'SingularConflict', message: inUse(singular) };
  const short = shortNames.filter((name) => resources.has(name));
  if (short.length > 0) {
    const messages = short.map(inUse);
    return { reason: 'ShortNamesConflict', message: messages.length === 1 ? messages[0]! : `[${messages.join(', ')}]` };
  }
  if (kinds.has(kind)) return { reason: 'KindConflict', message: inUse(kind) };
  if (listKind && kinds.has(listKind)) return { reason: 'ListKindConflict', message: inUse(listKind) };
  return undefined;
}

function inUse(name: string): string {
  return `"${name}" is already in use`;
}
