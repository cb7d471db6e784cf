import type { Container, PodTemplateSpec, Volume } from '../../../../kube/types/core.ts';
import type { IntOrString } from '../../../../kube/types/meta.ts';
import { builtInStruct } from '../../../schema/builtin-types.ts';
import { decodeBuiltIn, DecodeError } from '../../../schema/decode-built-in.ts';
import { canonicalQuantity, QuantityError } from '../../../schema/quantity.ts';

/**
 * The template without what the kind's schema lets through but Go cannot read: a quantity like `64MB` counts as 0, a volume keeps its
 * name only. Models utils/tolerantinformer.
 */
export function readableTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const { containers, initContainers, volumes, ...spec } = template.spec;
  return {
    ...template,
    spec: {
      ...spec,
      containers: containers?.map(readableContainer),
      ...(initContainers && { initContainers: initContainers.map(readableContainer) }),
      ...(volumes && { volumes: volumes.map(readableVolume) }),
    },
  };
}

function readableContainer(container: Container): Container {
  const { requests, limits, ...others } = container.resources ?? {};
  if (!requests && !limits) return container;
  const resources = { ...others, ...(requests && { requests: readable(requests) }), ...(limits && { limits: readable(limits) }) };
  return { ...container, resources };
}

function readable(quantities: Record<string, IntOrString>): Record<string, IntOrString> {
  return Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, isQuantity(quantity) ? quantity : '0']));
}

function isQuantity(quantity: unknown): boolean {
  try {
    canonicalQuantity(String(quantity).trim());
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

function readableVolume(volume: Volume): Volume {
  try {
    decodeBuiltIn(builtInStruct('core/v1.Volume'), volume, []);
    return volume;
  } catch (error) {
    if (error instanceof DecodeError) return { name: typeof volume.name === 'string' ? volume.name : '' };
    throw error;
  }
}
