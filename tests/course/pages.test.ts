import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isChallenge, listScenarioIds } from '../../src/scenarios/course.ts';

const repository = new URL('../..', import.meta.url).pathname;
const pages = ['.', 'docs', 'labs', 'solutions', 'tests'].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: folder !== '.' })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith('.md')),
);
const ids = await listScenarioIds({ root: repository });

describe('what people read', () => {
  it.each(pages)('%s links to what is there', (page) => {
    const text = withoutCode(readFileSync(join(repository, page), 'utf8'));
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)|^\[[^\]]+\]: (?!https?:)(\S+)/gm)].map(
      ([, inline, listed]) => inline ?? listed!,
    );
    expect(targets.filter((target) => !existsSync(join(repository, dirname(page), target)))).toEqual([]);
  });

  it.each(ids)('%s is in its list as it is', (id) => {
    const { metadata, spec } = parse(readFileSync(join(repository, 'scenarios', id, 'scenario.yaml'), 'utf8')) as Listed;
    const list = readFileSync(join(repository, isChallenge(id) ? 'docs/challenges' : 'labs', 'README.md'), 'utf8');
    const row = list.split('\n').find((line) => line.startsWith(`| [\`${id}\`](${id}/README.md) `));
    const cells = row?.split('|').map((cell) => cell.trim());
    expect(cells).toEqual(expect.arrayContaining([metadata.title, spec.level, `${spec.minutes} min`]));
  });

  it.each(ids)('%s has a page with a heading for what happened and one for what is to be done', (id) => {
    const page = readFileSync(join(repository, isChallenge(id) ? 'docs/challenges' : 'labs', id, 'README.md'), 'utf8');
    expect(page.match(/^## .+$/gm)).toEqual(expect.arrayContaining(['## What happened', '## What you are to do']));
    expect(page.match(/^ {4,}#+ .*$/gm)).toBeNull();
  });
});

interface Listed {
  metadata: { title: string };
  spec: { level: string; minutes: number };
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, 'code');
}
