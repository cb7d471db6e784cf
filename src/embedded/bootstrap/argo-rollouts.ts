import type { KubeObject } from '../../kube/types/meta.ts';
import type { CustomResourceDefinition } from '../api/custom-resources/custom-resource-definition.ts';
import { argoRolloutsCrds } from '../schema/argo-rollouts-crds.ts';

/** The CustomResourceDefinitions of Argo Rollouts, as they are once the server has accepted them. */
export function argoRolloutsDefinitions(establishedAt: string): KubeObject[] {
  return (argoRolloutsCrds() as CustomResourceDefinition[]).map((crd) => {
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
  });
}
