import type { KubeObject } from '../../kube/types/meta.ts';
import type { ValueShape } from '../schema/value-shape.ts';
import { compareObjects } from './compare-objects.ts';
import { difference, EMPTY_SET, type FieldSet } from './field-set.ts';
import { objectFieldSet } from './object-field-set.ts';
import { isPlainObject } from './plain-object.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Only this manager moves objects over from client-side apply. */
export const KUBECTL_MANAGER = 'kubectl';

/**
 * The fields that client-side apply last set and that still have that value: kubectl may take them over without a conflict.
 * Models managedfields/internal/lastappliedmanager.go.
 */
export function fieldsLastApplied(shape: ValueShape, live: KubeObject): FieldSet {
  const applied = parse(live.metadata.annotations?.[LAST_APPLIED]);
  if (!applied || applied['apiVersion'] !== live.apiVersion) return EMPTY_SET;
  const { added, modified, removed } = compareObjects(shape, applied, live);
  return [added, modified, removed].reduce(difference, objectFieldSet(shape, applied));
}

/** Brings the annotation of client-side apply up to date, in place, where the object has one. Models managedfields/internal/lastappliedupdater.go. */
export function refreshLastApplied(object: KubeObject, config: Record<string, unknown>): void {
  const { annotations } = object.metadata;
  if (!annotations?.[LAST_APPLIED]) return;
  annotations[LAST_APPLIED] = `${goJson(withoutAnnotation(config))}\n`;
}

function withoutAnnotation(config: Record<string, unknown>): Record<string, unknown> {
  const metadata = config['metadata'];
  const annotations = isPlainObject(metadata) ? metadata['annotations'] : undefined;
  if (!isPlainObject(metadata) || !isPlainObject(annotations) || !(LAST_APPLIED in annotations)) return config;
  const { [LAST_APPLIED]: _, ...rest } = annotations;
  const { annotations: __, ...others } = metadata;
  return { ...config, metadata: Object.keys(rest).length > 0 ? { ...others, annotations: rest } : others };
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** JSON as Go writes it: keys in order, and `<`, `>` and `&` escaped. */
function goJson(value: unknown): string {
  return JSON.stringify(sorted(value)).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
