import type { Bytes } from '../../kernel/bytes.ts';
import type { Change } from './edit-script.ts';

/** diff's own format: `2c2`, `<` and `>`. */
export function normalFormat(changes: readonly Change[], left: readonly Bytes[], right: readonly Bytes[]): Bytes {
  let text = '';
  for (const change of changes) {
    const { leftStart, leftEnd, rightStart, rightEnd } = change;
    const kind = leftStart === leftEnd ? 'a' : rightStart === rightEnd ? 'd' : 'c';
    text += `${range(leftStart, leftEnd)}${kind}${range(rightStart, rightEnd)}\n`;
    text += prefixed('< ', left.slice(leftStart, leftEnd));
    if (kind === 'c') text += '---\n';
    text += prefixed('> ', right.slice(rightStart, rightEnd));
  }
  return text;
}

/** The hunks of the unified format. */
export function unifiedFormat(changes: readonly Change[], left: readonly Bytes[], right: readonly Bytes[], context: number): Bytes {
  return hunks(changes, context)
    .map((hunk) => unifiedHunk(hunk, left, right, context))
    .join('');
}

/** Changes whose context would touch stand in one hunk. */
function hunks(changes: readonly Change[], context: number): Change[][] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last && change.leftStart - last.leftEnd <= 2 * context) groups.at(-1)!.push(change);
    else groups.push([change]);
  }
  return groups;
}

function unifiedHunk(hunk: readonly Change[], left: readonly Bytes[], right: readonly Bytes[], context: number): Bytes {
  const first = hunk[0]!;
  const last = hunk.at(-1)!;
  const before = Math.min(context, first.leftStart);
  const after = Math.min(context, left.length - last.leftEnd);
  const bounds = {
    leftStart: first.leftStart - before,
    leftEnd: last.leftEnd + after,
    rightStart: first.rightStart - before,
    rightEnd: last.rightEnd + after,
  };
  let text = `@@ -${unifiedRange(bounds.leftStart, bounds.leftEnd)} +${unifiedRange(bounds.rightStart, bounds.rightEnd)} @@\n`;
  let position = bounds.leftStart;
  for (const change of hunk) {
    text += prefixed(' ', left.slice(position, change.leftStart));
    text += prefixed('-', left.slice(change.leftStart, change.leftEnd)) + prefixed('+', right.slice(change.rightStart, change.rightEnd));
    position = change.leftEnd;
  }
  return text + prefixed(' ', left.slice(position, bounds.leftEnd));
}

function range(start: number, end: number): string {
  if (end - start <= 1) return String(end);
  return `${start + 1},${end}`;
}

function unifiedRange(start: number, end: number): string {
  const count = end - start;
  if (count === 0) return `${start},0`;
  return count === 1 ? String(start + 1) : `${start + 1},${count}`;
}

function prefixed(prefix: Bytes, lines: readonly Bytes[]): Bytes {
  return lines.map((line) => prefix + (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)).join('');
}
