import { readFileSync } from 'node:fs';

/**
 * Whether this machine has the programs that the images have: those of Debian 12. Elsewhere the shells still have to agree in what
 * they do, but other versions of grep or coreutils word things differently.
 */
export function isReferenceMachine(): boolean {
  const isDebian12 = osRelease().includes('VERSION_CODENAME=bookworm');
  if (!isDebian12) console.warn('skipped: comparing grep, sed, awk and coreutils, and messages of the shell, which need Debian 12');
  return isDebian12;
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
