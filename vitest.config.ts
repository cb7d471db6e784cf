import { defineConfig } from 'vitest/config';

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
  },
});
