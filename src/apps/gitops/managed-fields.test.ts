import { describe, expect, test } from 'vitest';
import type { ManagedFields } from './cluster-api.ts';
import { hasWritesByHand, takenOver } from './managed-fields.ts';

const entry = (manager: string, operation: string, fieldsV1: Record<string, unknown>, subresource?: string): ManagedFields => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource && { subresource }),
});

const own = entry('gitops', 'Apply', { 'f:data': { 'f:a': {} } });

describe('fields', () => {
  test.each(['kubectl-edit', 'kubectl-client-side-apply', 'lab', 'Mozilla', 'node'])('of %s were written by hand', (manager) => {
    expect(hasWritesByHand([own, entry(manager, 'Update', {})])).toBe(true);
  });

  test('of the agent, of controllers, and of a status were not', () => {
    expect(hasWritesByHand(undefined)).toBe(false);
    const others = [
      entry('rollouts-controller', 'Update', {}),
      entry('kube-controller-manager', 'Update', {}),
      entry('kubectl', 'Update', {}, 'status'),
    ];
    expect(hasWritesByHand([own, ...others])).toBe(false);
  });

  test('that were written by hand become the agent’s, beside its own; the others stay', () => {
    const controller = entry('rollouts-controller', 'Update', { 'f:status': {} });
    const edited = entry('kubectl-edit', 'Update', { 'f:data': { 'f:b': {} }, 'f:spec': {} });
    expect(takenOver([own, controller, edited], 'v1')).toEqual([
      controller,
      entry('gitops', 'Apply', { 'f:data': { 'f:a': {}, 'f:b': {} }, 'f:spec': {} }),
    ]);
  });
});
