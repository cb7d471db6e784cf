import type { Bytes } from '../../kernel/bytes.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 512, c: 1, w: 2 };
const PREFIXES = 'KMGTPE';

/** Reads a count with a unit such as `10`, `4K`, `1MB`, `2b`; undefined for anything else. */
export function parseSize(text: Bytes): number | undefined {
  const match = /^(\d+)([bcw]?|k|[KMGTPE](?:i?B)?)$/.exec(text);
  if (!match) return undefined;
  const unit = match[2]!;
  const simple = UNITS[unit];
  if (simple !== undefined) return Number(match[1]) * simple;
  const power = PREFIXES.indexOf(unit[0]!.toUpperCase()) + 1;
  return Number(match[1]) * (/^.B$/.test(unit) ? 1000 : 1024) ** power;
}
