import { ApiError } from '../api/api-error.ts';
import { fieldsOf, hasField, type FieldSet } from './field-set.ts';
import type { ManagerEntry } from './managed-fields.ts';
import { printPath } from './path-step.ts';

/** A field that another manager owns with another value. */
export interface ApplyConflict {
  owner: ManagerEntry;
  path: string[];
}

/** One conflict per field of each manager's share that the applied configuration would change. */
export function conflictsOf(shares: readonly { owner: ManagerEntry; fields: FieldSet }[]): ApplyConflict[] {
  return shares.flatMap(({ owner, fields }) => fieldsOf(fields).map((path) => ({ owner, path })));
}

/** The conflicts about fields that are not in the set. */
export function conflictsOutside(conflicts: readonly ApplyConflict[], fields: FieldSet): ApplyConflict[] {
  return conflicts.filter(({ path }) => !hasField(fields, path));
}

/** The 409 that a server-side apply is refused with. Models managedfields/internal/conflict.go. */
export function applyConflict(conflicts: readonly ApplyConflict[]): ApiError {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describeManager(owner)}`,
    field: printPath(path),
  }));
  return new ApiError(409, 'Conflict', messageOf(conflicts), { causes });
}

function messageOf(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1)
    return `Apply failed with 1 conflict: conflict with ${describeManager(first!.owner)}: ${printPath(first!.path)}`;
  const byManager = new Map<string, string[]>();
  for (const { owner, path } of conflicts) {
    const manager = describeManager(owner);
    byManager.set(manager, [...(byManager.get(manager) ?? []), `- ${printPath(path)}`]);
  }
  const lines = [...byManager].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([manager, paths]) => [`conflicts with ${manager}:`, ...paths]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function describeManager({ manager, operation, apiVersion, subresource }: ManagerEntry): string {
  const name = subresource ? `${JSON.stringify(manager)} with subresource ${JSON.stringify(subresource)}` : JSON.stringify(manager);
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
