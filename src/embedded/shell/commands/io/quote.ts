import type { Bytes } from '../../kernel/bytes.ts';

/** A text in quotes, as GNU programs name things in their messages. */
export function quote(text: Bytes): Bytes {
  if (!/['\0-\x1f\x7f-\xff]/.test(text)) return `'${text}'`;

  if (!/["$`\\\0-\x1f\x7f-\xff]/.test(text)) return `"${text}"`;
  const escaped = text
    .replaceAll("'", "'\\''")

    .replace(/[\0-\x1f\x7f-\xff]+/g, (characters) => `'$'${Array.from(characters, escapeControl).join('')}''`);
  return `'${escaped}'`.replace(/''$/, '').replace(/^''(?=\$)/, "''");
}

/** A file name in quotes only where it has characters that a shell would not take as they are. */
export function quoteIfNeeded(name: Bytes): Bytes {
  return /^[A-Za-z0-9_/.,:@%+=\][{}#~^-]+$/.test(name) && !/^[#~]/.test(name) ? name : quote(name);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x07': '\\a',
};

function escapeControl(character: string): string {
  return ESCAPES[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
