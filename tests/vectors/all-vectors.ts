import { canaryVectors } from './canary-vectors.ts';
import { deadlineVectors } from './deadline-vectors.ts';
import { deployVectors } from './deploy-vectors.ts';
import { experimentVectors } from './experiment-vectors.ts';
import { gateVectors } from './gate-vectors.ts';
import { jobVectors } from './job-vectors.ts';
import { rollbackVectors } from './rollback-vectors.ts';
import type { Vector } from './vector.ts';
import { verdictVectors } from './verdict-vectors.ts';

/** Every vector. */
export const VECTORS: readonly Vector[] = [
  ...deployVectors,
  ...gateVectors,
  ...verdictVectors,
  ...jobVectors,
  ...rollbackVectors,
  ...deadlineVectors,
  ...canaryVectors,
  ...experimentVectors,
];
