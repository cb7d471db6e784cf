import type { Bytes } from '../../kernel/bytes.ts';

/** Lines `leftStart`…`leftEnd` of one file that stand for `rightStart`…`rightEnd` of the other; ends are exclusive. */
export interface Change {
  leftStart: number;
  leftEnd: number;
  rightStart: number;
  rightEnd: number;
}

/** A shortest list of changes that turns one list of lines into another, by Myers' algorithm; runs that could stand in several places stand as far down as they can. */
export function editScript(left: readonly Bytes[], right: readonly Bytes[]): Change[] {
  const deleted = new Array<boolean>(left.length).fill(false);
  const inserted = new Array<boolean>(right.length).fill(false);
  const prefix = commonPrefix(left, right);
  const suffix = commonSuffix(left, right, prefix);
  markChanges(left.slice(prefix, left.length - suffix), right.slice(prefix, right.length - suffix), deleted, inserted, prefix);
  slideDown(left, deleted, inserted);
  slideDown(right, inserted, deleted);
  return collect(deleted, inserted);
}

function commonPrefix(left: readonly Bytes[], right: readonly Bytes[]): number {
  let length = 0;
  while (length < left.length && length < right.length && left[length] === right[length]) length += 1;
  return length;
}

function commonSuffix(left: readonly Bytes[], right: readonly Bytes[], prefix: number): number {
  let length = 0;
  while (
    length < left.length - prefix &&
    length < right.length - prefix &&
    left[left.length - 1 - length] === right[right.length - 1 - length]
  )
    length += 1;
  return length;
}

/** Follows the furthest-reaching paths forward and walks back along them. */
function markChanges(left: readonly Bytes[], right: readonly Bytes[], deleted: boolean[], inserted: boolean[], offset: number): void {
  const most = left.length + right.length;
  const trace: Int32Array[] = [];
  const furthest = new Int32Array(2 * most + 3);
  for (let distance = 0; distance <= most; distance += 1) {
    trace.push(furthest.slice());
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      const goesDown = diagonal === -distance || (diagonal !== distance && furthest[most + diagonal]! < furthest[most + diagonal + 2]!);
      let x = goesDown ? furthest[most + diagonal + 2]! : furthest[most + diagonal]! + 1;
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x += 1;
      furthest[most + diagonal + 1] = x;
      if (x >= left.length && x - diagonal >= right.length) {
        walkBack(
          trace,
          most,
          left.length,
          right.length,
          (index) => (deleted[offset + index] = true),
          (index) => (inserted[offset + index] = true),
        );
        return;
      }
    }
  }
}

function walkBack(
  trace: readonly Int32Array[],
  most: number,
  endX: number,
  endY: number,
  onDelete: (index: number) => void,
  onInsert: (index: number) => void,
): void {
  let x = endX;
  let y = endY;
  for (let distance = trace.length - 1; distance > 0; distance -= 1) {
    const furthest = trace[distance]!;
    const diagonal = x - y;
    const cameDown = diagonal === -distance || (diagonal !== distance && furthest[most + diagonal]! < furthest[most + diagonal + 2]!);
    const previous = cameDown ? diagonal + 1 : diagonal - 1;
    const startX = furthest[most + previous + 1]!;
    const startY = startX - previous;
    if (cameDown) onInsert(startY);
    else onDelete(startX);
    x = startX;
    y = startY;
  }
}

/** Moves each run of changed lines down while the line that leaves it at the top equals the one that joins at the bottom. */
function slideDown(lines: readonly Bytes[], changed: boolean[], other: readonly boolean[]): void {
  let otherIndex = 0;
  for (let index = 0; index < lines.length;) {
    while (other[otherIndex]) otherIndex += 1;
    if (!changed[index]) {
      index += 1;
      otherIndex += 1;
      continue;
    }
    let start = index;
    let end = index;
    while (changed[end]) end += 1;
    while (end < lines.length && !changed[end] && lines[start] === lines[end] && !other[otherIndex]) {
      changed[start++] = false;
      changed[end++] = true;
      otherIndex += 1;
      while (changed[end]) end += 1;
    }
    index = end;
  }
}

function collect(deleted: readonly boolean[], inserted: readonly boolean[]): Change[] {
  const changes: Change[] = [];
  for (let i = 0, j = 0; i < deleted.length || j < inserted.length;) {
    if (!deleted[i] && !inserted[j]) {
      i += 1;
      j += 1;
      continue;
    }
    const change = { leftStart: i, leftEnd: i, rightStart: j, rightEnd: j };
    while (deleted[i]) change.leftEnd = ++i;
    while (inserted[j]) change.rightEnd = ++j;
    changes.push(change);
  }
  return changes;
}
