import type { ASTNode } from '@marcbachmann/cel-js';
import { isJsonObject, schemaOfKey, type JsonSchema } from './json-schema.ts';

/** A field that an expression speaks of and the schema does not have. */
export interface UndefinedField {
  name: string;
  /** Where its dot stands in the expression, counted from 0. */
  position: number;
}

/** Finds fields of `self` and `oldSelf` that the schema does not have. What a call or macro answers is not followed. */
export function undefinedFields(expression: string, root: ASTNode, schema: JsonSchema): UndefinedField[] {
  const found: UndefinedField[] = [];
  visit(root, (node) => {
    if (node.op !== '.') return;
    const [object, name] = node.args;
    const owner = typeOf(object, schema);
    if (!owner || !isClosed(owner) || schemaOfKey(owner, name)) return;
    found.push({ name, position: dotBefore(expression, name, object) });
  });
  return found;
}

/** The schema of what an expression answers, as far as it is a mere path into `self`. */
export function typeOf(node: ASTNode, schema: JsonSchema): JsonSchema | undefined {
  if (node.op === 'id') return node.args === 'self' || node.args === 'oldSelf' ? schema : undefined;
  if (node.op !== '.') return undefined;
  const [object, name] = node.args;
  const owner = typeOf(object, schema);
  return owner && schemaOfKey(owner, name);
}

/** Whether a schema names every field that its objects have for CEL. */
function isClosed(schema: JsonSchema): boolean {
  return schema.properties !== undefined && !schema['x-kubernetes-embedded-resource'] && typeof schema.additionalProperties !== 'object';
}

function dotBefore(expression: string, name: string, object: ASTNode): number {
  const after = object.range?.end ?? 0;
  const dot = expression.indexOf(`.${name}`, Math.max(0, after - 1));
  return dot < 0 ? after : dot;
}

function visit(value: unknown, look: (node: ASTNode) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, look);
  else if (isNode(value)) {
    look(value);
    visit(value.args, look);
  }
}

function isNode(value: unknown): value is ASTNode {
  return isJsonObject(value) && typeof value['op'] === 'string';
}
