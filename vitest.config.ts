import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes. */
const LONG = ['tests/course/', 'tests/nuclei/side-by-side.test.ts'];

/** Why: one of these that comes last keeps one core at work and lets the others wait. */
class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((part) => moduleId.includes(part));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'grader/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['tests/support/build.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxConcurrency: 5,
    // Why all: most of a test's time is a process of its own that it waits for.
    maxWorkers: '100%',
    pool: 'forks',
    sequence: { sequencer: LongFilesFirst },
  },
});
