import type { KubeObject } from '../../kube/types/meta.ts';
import type { CustomResourceDefinition } from '../api/custom-resources/custom-resource-definition.ts';

/** A CustomResourceDefinition as it is once the server has accepted it. */
export function establishedDefinition(published: KubeObject, establishedAt: string): KubeObject {
  const crd = published as CustomResourceDefinition;
  const { names, versions } = crd.spec;
  const accepted = { ...names, singular: names.singular ?? names.kind.toLowerCase(), listKind: names.listKind ?? `${names.kind}List` };
  const condition = (type: string, reason: string, message: string): object => ({
    type,
    status: 'True',
    lastTransitionTime: establishedAt,
    reason,
    message,
  });
  return {
    ...crd,
    metadata: { ...crd.metadata, generation: 1 },
    spec: { ...crd.spec, names: accepted, conversion: { strategy: 'None' } },
    status: {
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      acceptedNames: accepted,
      storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
    },
  };
}
