import type { Bytes } from '../../kernel/bytes.ts';

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads `1.5`, `2m`, `1h`, `inf` as milliseconds; undefined for anything else. */
export function parseDuration(text: Bytes): number | undefined {
  const match = /^\s*\+?((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?)([smhd]?)$/i.exec(text);
  if (!match) return undefined;
  const unit = SECONDS[match[2]!];
  if (unit === undefined) return undefined;
  return (/^inf/i.test(match[1]!) ? Infinity : Number(match[1])) * unit * 1000;
}
