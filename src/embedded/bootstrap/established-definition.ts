import type { KubeObject } from '../../kube/types/meta.ts';
import { freezeJson } from '../../system/json.ts';
import type { CustomResourceDefinition } from '../api/custom-resources/custom-resource-definition.ts';

/** What the server has accepted, by what was published: clusters of one process share it. */
const accepted = new WeakMap<KubeObject, CustomResourceDefinition>();

/** A CustomResourceDefinition as it is once the server has accepted it. */
export function establishedDefinition(published: KubeObject, establishedAt: string): KubeObject {
  let crd = accepted.get(published);
  if (!crd) accepted.set(published, (crd = withAcceptedNames(published as CustomResourceDefinition)));
  return { ...crd, status: establishedStatus(crd, establishedAt) };
}

function withAcceptedNames(crd: CustomResourceDefinition): CustomResourceDefinition {
  const { names } = crd.spec;
  const complete = { ...names, singular: names.singular ?? names.kind.toLowerCase(), listKind: names.listKind ?? `${names.kind}List` };
  return freezeJson({
    ...crd,
    metadata: { ...crd.metadata, generation: 1 },
    spec: { ...crd.spec, names: complete, conversion: { strategy: 'None' } },
  });
}

function establishedStatus({ spec: { names, versions } }: CustomResourceDefinition, establishedAt: string): object {
  const condition = (type: string, reason: string, message: string): object => ({
    type,
    status: 'True',
    lastTransitionTime: establishedAt,
    reason,
    message,
  });
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: names,
    storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
}
