import type { KubeObject } from '../../../kube/types/meta.ts';
import type { ServedResource } from '../../api/resource.ts';
import type { Negotiated } from '../negotiate.ts';
import { tableKindOf } from './table-kinds.ts';
import type { Cell, Column, RowCondition } from './table-kind.ts';

/** What each row carries of its object. */
export type IncludedObject = 'None' | 'Metadata' | 'Object';

export interface Table {
  kind: 'Table';
  apiVersion: string;
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  columnDefinitions: readonly Column[];
  rows: TableRow[];
}

export interface TableRow {
  cells: Cell[];
  conditions?: RowCondition[];
  object?: unknown;
}

export interface TableOptions {
  metaVersion: Negotiated['metaVersion'];
  include: IncludedObject;
  nowMs: number;
}

/** A table of objects, given in stored form. */
export function buildTable(
  { stored, conversion }: ServedResource,
  objects: readonly KubeObject[],
  metadata: Table['metadata'],
  { metaVersion, include, nowMs }: TableOptions,
): Table {
  const kind = tableKindOf(stored);
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata,
    columnDefinitions: kind.columns,
    rows: objects.map((object) => {
      const conditions = kind.conditions?.(object);
      const served = include === 'Object' && conversion ? conversion.toServed(object) : object;
      return {
        cells: kind.cells(object, nowMs),
        ...(conditions && { conditions }),
        ...(include !== 'None' && { object: include === 'Object' ? served : partialMetadata(object, metaVersion) }),
      };
    }),
  };
}

/** The metadata of an object, for clients that want no more. */
export function partialMetadata(object: KubeObject, metaVersion: Negotiated['metaVersion']): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata: object.metadata };
}
