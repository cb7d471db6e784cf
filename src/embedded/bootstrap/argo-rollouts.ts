import type { KubeObject } from '../../kube/types/meta.ts';
import { freezeJson } from '../../system/json.ts';
import type { CustomResourceDefinition } from '../api/custom-resources/custom-resource-definition.ts';
import { argoRolloutsCrds } from '../schema/argo-rollouts-crds.ts';

let accepted: readonly CustomResourceDefinition[] | undefined;

/** The CustomResourceDefinitions of Argo Rollouts, as they are once the server has accepted them. */
export function argoRolloutsDefinitions(establishedAt: string): KubeObject[] {
  accepted ??= (argoRolloutsCrds() as readonly CustomResourceDefinition[]).map(withAcceptedNames);
  return accepted.map((crd) => ({ ...crd, status: establishedStatus(crd, establishedAt) }));
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
