import type { PodTemplateSpec } from '../../../../kube/types/core.ts';
import type { CanaryStep } from '../../../../kube/types/rollouts.ts';
import { goJsonOfTemplate, normalTemplate } from './go-template.ts';

/** The digits of a hash as Kubernetes spells them, so that no word comes about. */
const SAFE_DIGITS = '456789bcdf';

/** The hash in a ReplicaSet's name and labels: the same number that the real controller computes. Models utils/hash ComputePodTemplateHash. */
export function rolloutTemplateHash(template: PodTemplateSpec | undefined, collisionCount?: number): string {
  const json = Buffer.from(goJsonOfTemplate(normalTemplate(template)), 'utf8');
  return spelled(fnv1a(collisionCount === undefined ? json : Buffer.concat([json, littleEndian(collisionCount)])));
}

/** The hash by which changed steps are noticed; not the number of the real controller, which nobody else looks at. Models conditions ComputeStepHash. */
export function stepsHash(steps: readonly CanaryStep[] | undefined): string {
  return spelled(fnv1a(Buffer.from(JSON.stringify(steps ?? null), 'utf8')));
}

function littleEndian(count: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(count >>> 0);
  return bytes;
}

/** FNV-1a of 32 bits. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Models apimachinery util/rand SafeEncodeString for decimal digits. */
function spelled(hash: number): string {
  return String(hash).replaceAll(/\d/g, (digit) => SAFE_DIGITS.charAt(Number(digit)));
}
