import type { PodTemplateSpec } from '../../../../kube/types/core.ts';
import { cloneJson, equalJson } from '../../../../system/json.ts';
import { defaultPodTemplate } from '../../../admission/pods/pod-template-defaults.ts';
import { applyBuiltInDefaults } from '../../../schema/default-built-in.ts';
import { builtInStruct } from '../../../schema/builtin-types.ts';
import { HASH_LABEL } from '../names.ts';
import { normalTemplate } from './go-template.ts';

/** Whether a ReplicaSet's template is what a wanted one becomes once the server has filled in its defaults; the hash label does not matter. Models replicaset PodTemplateEqualIgnoreHash. */
export function isSameTemplate(live: PodTemplateSpec, wanted: PodTemplateSpec): boolean {
  return equalJson(comparable(live), comparable(defaultedTemplate(wanted)));
}

/** A copy of a template with the defaults that the server fills in. */
export function defaultedTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const copy = normalTemplate(template);
  applyBuiltInDefaults(builtInStruct('core/v1.PodTemplateSpec'), copy as unknown as Record<string, unknown>);
  defaultPodTemplate(copy);
  return copy;
}

function comparable(template: PodTemplateSpec): PodTemplateSpec {
  const copy = cloneJson(normalTemplate(template));
  if (copy.metadata?.labels) {
    delete copy.metadata.labels[HASH_LABEL];
    if (Object.keys(copy.metadata.labels).length === 0) delete copy.metadata.labels;
  }
  // Why: the server copies serviceAccountName to this field, so a template that nobody defaulted lacks it.
  delete copy.spec['serviceAccount'];
  return copy;
}
