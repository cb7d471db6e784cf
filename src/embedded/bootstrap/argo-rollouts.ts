import type { KubeObject } from '../../kube/types/meta.ts';
import { argoRolloutsCrds } from '../schema/argo-rollouts-crds.ts';
import { establishedDefinition } from './established-definition.ts';

/** The CustomResourceDefinitions of Argo Rollouts, as they are once the server has accepted them. */
export function argoRolloutsDefinitions(establishedAt: string): KubeObject[] {
  return argoRolloutsCrds().map((crd) => establishedDefinition(crd, establishedAt));
}
