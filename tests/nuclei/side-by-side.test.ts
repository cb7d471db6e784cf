import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { RELEASES } from '../../src/apps/shop/releases.ts';
import { hasProgram } from '../support/has-program.ts';
import { BothNucleis, type Run } from './both-nucleis.ts';
import { COMMAND_LINE_CASES } from './cases/command-line.ts';
import { TEMPLATE_CASES } from './cases/templates.ts';
import { comparable } from './comparable.ts';

const hasNuclei = hasProgram('nuclei', '-version');
const scenarios = new URL('../../scenarios/', import.meta.url).pathname;

/** The nuclei templates that scenarios ship in ConfigMaps, by file name. */
function shippedTemplates(): Record<string, string> {
  const templates: Record<string, string> = {};
  for (const name of readdirSync(scenarios, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'))) {
    for (const document of parseAllDocuments(readFileSync(join(scenarios, name), 'utf8'))) {
      const object = document.toJS() as { kind?: string; data?: Record<string, string> } | null;
      if (object?.kind !== 'ConfigMap') continue;
      for (const [key, text] of Object.entries(object.data ?? {}))
        if (/^(http|requests):/m.test(text)) templates[`${name.split('/')[0]}-${key}`] = text;
    }
  }
  return templates;
}

describe.skipIf(!hasNuclei)('the real nuclei and the embedded one', () => {
  const shipped = shippedTemplates();
  let both: BothNucleis;
  let runs = 0;
  let divergent = 0;

  beforeAll(async () => {
    both = await BothNucleis.start();
  }, 60_000);

  afterAll(async () => {
    await both.stop();
    console.log(`nuclei: ${runs} runs, ${divergent} divergent`);
  });

  async function compare(run: Run): Promise<void> {
    const { real, embedded } = await both.run(run);
    runs += 1;
    divergent += 1;
    expect(comparable(embedded)).toEqual(comparable(real));
    divergent -= 1;
  }

  test('the labs ship templates', () => {
    expect(Object.keys(shipped).length).toBeGreaterThanOrEqual(5);
  });

  test.each([...TEMPLATE_CASES, ...COMMAND_LINE_CASES])('agree: $about', async (run) => {
    await compare(run);
  });

  describe.each(Object.keys(RELEASES))('agree about release %s of the shop', (release) => {
    test.each(Object.keys(shipped))('with %s', async (name) => {
      await compare({
        args: ['-duc', '-ni', '-silent', '-jsonl', '-u', 'SHOP', '-t', 'DIR/t'],
        files: { [`t/${name}`]: shipped[name]! },
        release,
      });
    });
  });
});
