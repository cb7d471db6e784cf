import { execFileSync } from 'node:child_process';

/** Whether a program is on the PATH; says so visibly when it is not, because then tests that need it are skipped. */
export function hasProgram(name: string, ...args: string[]): boolean {
  try {
    execFileSync(name, args, { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`skipped: tests that need ${name}, which is not on the PATH`);
    return false;
  }
}
