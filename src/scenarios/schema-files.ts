import { ScenarioSchema, SolutionSchema } from './schema.ts';

/** The JSON Schema files of docs/schema/, as they have to be: name and text. */
export function schemaFiles(): { name: string; text: string }[] {
  return [
    { name: 'scenario.schema.json', text: format(ScenarioSchema) },
    { name: 'solution.schema.json', text: format(SolutionSchema) },
  ];
}

function format(schema: object): string {
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }, undefined, 2)}\n`;
}
