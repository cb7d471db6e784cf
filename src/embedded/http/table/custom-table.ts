import type { PrinterColumn } from '../../api/resource.ts';
import { since } from './human-duration.ts';
import { compileJsonPath, type JsonPath } from './json-path.ts';
import { nameColumn, type Cell, type TableKind } from './table-kind.ts';

const DEFAULT_COLUMNS: readonly PrinterColumn[] = [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }];

/** The table of a custom kind: its name and its additionalPrinterColumns, or its age. Models customresource/tableconvertor. */
export function customTable(printerColumns: readonly PrinterColumn[]): TableKind {
  const columns = printerColumns.length > 0 ? printerColumns : DEFAULT_COLUMNS;
  const paths = columns.map(({ jsonPath }) => compileLeniently(jsonPath));
  return {
    columns: [
      nameColumn(),
      ...columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({ name, type, format, description, priority })),
    ],
    cells: (object, nowMs) => [object.metadata.name, ...columns.map(({ type }, index) => cellOf(type, paths[index]!(object)[0], nowMs))],
  };
}

/** A path that cannot be read shows nothing; the definition was refused when it was created, unless it came in some other way. */
function compileLeniently(path: string): JsonPath {
  try {
    return compileJsonPath(path);
  } catch {
    return () => [];
  }
}

function cellOf(type: string, value: unknown, nowMs: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageOf(value, nowMs) : null;
    default:
      return null;
  }
}

function ageOf(timestamp: string, nowMs: number): string {
  if (timestamp === '') return '<unknown>';
  return Number.isNaN(Date.parse(timestamp)) ? '<invalid>' : since(timestamp, nowMs);
}
