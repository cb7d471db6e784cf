import type { KubeObject } from '../../../kube/types/meta.ts';

export type Cell = string | number | boolean | null;

/** A column of a table, as columnDefinitions carries it. */
export interface Column {
  name: string;
  type: string;
  format: string;
  description: string;
  /** Above 0: shown by `-o wide` only. */
  priority: number;
}

export interface RowCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** How the objects of a kind are shown in a table. */
export interface TableKind<T extends KubeObject = KubeObject> {
  columns: readonly Column[];
  /** One cell per column; ages are as of the given moment. */
  cells(object: T, nowMs: number): Cell[];
  /** What kubectl needs to know of the row as a whole. */
  conditions?(object: T): RowCondition[] | undefined;
}

/** The column with the object's name, which kubectl prefixes with the kind when it lists several. */
export function nameColumn(priority = 0): Column {
  return { ...textColumn('Name', priority), format: 'name' };
}

export function textColumn(name: string, priority = 0): Column {
  return { name, type: 'string', format: '', description: '', priority };
}

export function integerColumn(name: string): Column {
  return { ...textColumn(name), type: 'integer' };
}

export const AGE = textColumn('Age');

/** Columns that most workloads end with. */
export const CONTAINER_COLUMNS: readonly Column[] = [textColumn('Containers', 1), textColumn('Images', 1)];
