import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { labFolder, shownLabFolder, type Course } from './course.ts';
import type { LoadedScenario } from './load.ts';

export interface Hint {
  /** 1 for the first. */
  number: number;
  cost: number;
  text: string;
}

/** The hints of a lab, in order; none for a lab that promises none. Rejects with ScenarioError when texts and costs do not go together. */
export async function loadHints(course: Course, { id, scenario }: LoadedScenario): Promise<Hint[]> {
  if (scenario.spec.hints.length === 0) return [];
  const path = `${shownLabFolder(id)}/hints.md`;
  const markdown = await readFile(join(labFolder(course, id), 'hints.md'), 'utf8').catch((error: unknown) => {
    throw new ScenarioError(`cannot read ${path}`, { cause: error });
  });
  const texts = splitHints(markdown);
  const { hints } = scenario.spec;
  if (texts.length !== hints.length || texts.some((text) => text === '')) {
    throw new ScenarioError(`${path} must hold ${hints.length} hints with a text each, under the headings "## 1", "## 2" and so on`);
  }
  return texts.map((text, index) => ({ number: index + 1, cost: hints[index]!.cost, text }));
}

/** Texts under `## 1`, `## 2`, …, as far as the numbers go without a gap. */
export function splitHints(markdown: string): string[] {
  const sections = markdown.split(/^## +(\d+) *$/m);
  const texts: string[] = [];
  for (let index = 1; index + 1 < sections.length; index += 2) {
    if (Number(sections[index]) === texts.length + 1) texts.push(sections[index + 1]!.trim());
  }
  return texts;
}
