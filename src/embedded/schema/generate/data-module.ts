import type { Json } from '../../../system/json.ts';

/**
 * The source of a module that exports a JSON value as text, one line per entry of `lines`, so that changes can be read.
 * Why text: Node 20 warns about every imported JSON file, and parsing a string is faster than evaluating a literal.
 */
export function dataModule(name: string, members: Record<string, Json>): string {
  const body = Object.entries(members).map(([key, value]) => `${JSON.stringify(key)}: ${lines(value)}`);
  const json = `{\n${body.join(',\n')}\n}`;
  if (json.includes('`') || json.includes('${')) throw new Error(`${name} holds characters that a raw template cannot`);
  return `/** Written by \`npm run generate:schema\`; do not edit. */\nexport const ${name} = String.raw\`${json}\`;\n`;
}

function lines(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{\n${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`)
    .join(',\n')}\n}`;
}
