import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const check = (...folders: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tests/support/check-structure.js', ...folders], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
};

describe('the structure check', () => {
  it('passes where it saw files and no broken arrow', () => {
    expect(check('src/kube')).toMatchObject({ status: 0, output: expect.stringMatching(/[1-9]\d* modules/) as string });
  });

  it('fails where it saw nothing', () => {
    const empty = mkdtempSync('src/empty-');
    try {
      expect(check(empty)).toMatchObject({ status: 1, output: expect.stringContaining('saw no modules') as string });
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it('fails where there is no such folder', () => {
    expect(check('no-such-folder').status).toBe(1);
  });
});
