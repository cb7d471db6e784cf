import type { Bytes } from '../kernel/bytes.ts';

/** Compares names with version numbers in them, as `sort -V` does. */
export function compareVersions(left: Bytes, right: Bytes): number {
  if (left === right) return 0;
  for (const special of ['', '.', '..']) {
    if (left === special) return -1;
    if (right === special) return 1;
  }
  const isHidden = Number(left.startsWith('.')) - Number(right.startsWith('.'));
  if (isHidden !== 0) return -isHidden;
  const order = compareParts(withoutSuffix(left), withoutSuffix(right));
  return order !== 0 ? order : compareParts(left, right) || (left < right ? -1 : 1);
}

/** File name endings such as `.tar.gz` are looked at last. */
function withoutSuffix(name: Bytes): Bytes {
  return name.replace(/(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/, '');
}

function compareParts(left: Bytes, right: Bytes): number {
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    while ((i < left.length && !isDigit(left[i])) || (j < right.length && !isDigit(right[j]))) {
      const order = weight(left[i]) - weight(right[j]);
      if (order !== 0) return order;
      i += 1;
      j += 1;
    }
    while (left[i] === '0') i += 1;
    while (right[j] === '0') j += 1;
    const first = /^\d*/.exec(left.slice(i))![0];
    const second = /^\d*/.exec(right.slice(j))![0];
    if (first.length !== second.length) return first.length - second.length;
    if (first !== second) return first < second ? -1 : 1;
    i += first.length;
    j += second.length;
  }
  return 0;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/** A tilde sorts before everything, even the end; then the end and digits, then letters, then the rest. */
function weight(character: string | undefined): number {
  if (character === undefined || isDigit(character)) return 0;
  if (/[A-Za-z]/.test(character)) return character.charCodeAt(0);
  return character === '~' ? -1 : character.charCodeAt(0) + 256;
}
