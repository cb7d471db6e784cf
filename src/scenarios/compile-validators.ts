import { writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { ScenarioSchema, SolutionSchema } from './schema.ts';

/**
 * The build's second step: turns the schemas into plain functions beside this file. Why: compiling them anew took longer than everything
 * else that `lab start` does before it talks to the cluster.
 */
const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: false,
  code: { source: true, esm: true },
  schemas: [
    { ...ScenarioSchema, $id: 'scenario' },
    { ...SolutionSchema, $id: 'solution' },
  ],
});
// Why: ajv writes an ES module that still requires its own run-time helpers.
const prelude = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n";
const code = standalone.default(ajv, { scenario: 'scenario', solution: 'solution' });
await writeFile(new URL('validators.js', import.meta.url), prelude + code);
