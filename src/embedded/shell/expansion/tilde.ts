import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Word } from '../syntax/tree.ts';

/** Replaces `~` and `~user` in the unquoted literal part of a word at `index`; home directories come back quoted. */
export function expandTildes(shell: Shell, word: Word, index: number, isAssignment: boolean): { text: Bytes; quoted: boolean }[] {
  const part = word[index]!;
  const text = part.kind === 'literal' ? part.text : '';
  const pieces: { text: Bytes; quoted: boolean }[] = [];
  let rest = 0;
  for (const match of text.matchAll(isAssignment ? /(^|:)~([^/:]*)/g : /(^)~([^/]*)/g)) {
    if (match[1] === '' && index > 0) continue;
    const end = match.index + match[0].length;
    if (end === text.length && index < word.length - 1) continue;
    const home = homeOf(shell, match[2]!);
    if (home === undefined) continue;
    pieces.push({ text: text.slice(rest, match.index + match[1]!.length), quoted: false }, { text: home, quoted: true });
    rest = end;
  }
  pieces.push({ text: text.slice(rest), quoted: false });
  return pieces;
}

function homeOf(shell: Shell, user: Bytes): Bytes | undefined {
  if (user === '') return shell.variables.value('HOME');
  const passwords = shell.process.files.find('/etc/passwd', shell.process);
  if (passwords?.kind !== 'file') return undefined;
  const line = passwords.content.split('\n').find((entry) => entry.startsWith(`${user}:`));
  return line?.split(':')[5];
}
