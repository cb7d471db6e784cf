import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Document } from 'yaml';
import type { FileProblem } from '../errors.ts';
import { locate, type YamlFile } from './yaml-file.ts';

/** Names of the schemas. */
export type SchemaName = 'scenario' | 'solution';

/** Holds a document against its JSON Schema; every violation with file, line, column and JSON pointer. */
export async function validateDocument(schema: SchemaName, file: YamlFile, document: Document.Parsed): Promise<FileProblem[]> {
  const { [schema]: validate } = await loadValidators();
  if (validate(document.toJS())) return [];
  return (validate.errors ?? []).filter(isTelling).map((error) => {
    const pointer = pointerOf(error);
    return { file: file.path, ...locate(file, document, pointer), pointer, message: sentence(error) };
  });
}

let validators: Promise<Record<SchemaName, ValidateFunction>> | undefined;

/** The functions that the build made of the schemas; they stand in dist, whether this runs from there or from its source. */
function loadValidators(): Promise<Record<SchemaName, ValidateFunction>> {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/src/scenarios/' : './';
  validators ??= import(new URL(`${folder}validators.js`, import.meta.url).href) as Promise<Record<SchemaName, ValidateFunction>>;
  return validators;
}

/** Of a choice that was not made once, ajv reports each alternative that is missing too; the choice itself says enough. */
function isTelling(error: ErrorObject): boolean {
  return !/\/oneOf\/\d+\/required$/.test(error.schemaPath);
}

function pointerOf({ instancePath, params, keyword }: ErrorObject): string {
  return keyword === 'additionalProperties'
    ? `${instancePath}/${escape((params as { additionalProperty: string }).additionalProperty)}`
    : instancePath;
}

function sentence(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return `"${String(params['additionalProperty'])}" is not a known field; known here: ${knownFields(error).join(', ')}`;
    case 'required':
      return `"${String(params['missingProperty'])}" is missing`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`;
    case 'const':
      return `must be ${String(params['allowedValue'])}`;
    case 'oneOf':
      return `must have exactly one of ${alternatives(error).join(', ')}`;
    case 'pattern':
      return `"${String(error.data)}" must be ${descriptionOf(error) ?? String(params['pattern'])}`;
    default:
      return error.message ?? error.keyword;
  }
}

function knownFields({ parentSchema }: ErrorObject): string[] {
  return Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
}

function alternatives({ schema }: ErrorObject): string[] {
  return (schema as { required: string[] }[]).flatMap(({ required }) => required);
}

function descriptionOf({ parentSchema }: ErrorObject): string | undefined {
  return parentSchema?.['description'] as string | undefined;
}

function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
