import { defineConfig } from 'vitest/config';

/** The tests of the grader alone, which need nothing that is built. */
export default defineConfig({ test: { include: ['grader/**/*.test.ts'] } });
