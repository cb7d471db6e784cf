import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScenarioError, type FileProblem } from '../errors.ts';
import { labFolder, shownLabFolder, type Course } from './course.ts';
import { readHintPage, type HintPage, type HintPageVariant, type HintSection } from './hint-page.ts';
import type { LoadedScenario } from './load.ts';

export interface Hint {
  /** 1 for the first. */
  number: number;
  cost: number;
  /** What it says where no variant fits. */
  text: string;
  /** In the order in which they are tried. */
  variants: HintVariant[];
}

/** What a hint says instead of its text while the cluster shows something. */
export interface HintVariant extends HintPageVariant {
  /** All of them have to be met; those that take no drill come first. */
  terms: HintTerm[];
}

/** A check or a state of the scenario, and what has to come of it. */
export interface HintTerm {
  id: string;
  wanted: 'passed' | 'failed';
}

/** The hints of a lab, in order; none for a lab that promises none. Rejects with ScenarioError that lists every place at which they are broken. */
export async function loadHints(course: Course, { id, scenario }: LoadedScenario): Promise<Hint[]> {
  const { hints, checks, states = [] } = scenario.spec;
  if (hints.length === 0) return [];
  const path = `${shownLabFolder(id)}/hints.md`;
  const markdown = await readFile(join(labFolder(course, id), 'hints.md'), 'utf8').catch((error: unknown) => {
    throw new ScenarioError(`cannot read ${path}`, { cause: error });
  });
  const page = readHintPage(markdown);
  const found = [
    ...findHeadingProblems(page, hints.length),
    ...page.sections.flatMap((section) => findSectionProblems(section, new Set([...checks, ...states].map((item) => item.id)))),
    ...findUnusedStates(
      page,
      states.map((state) => state.id),
    ),
  ].sort((one, other) => one.line - other.line);
  if (found.length > 0)
    throw new ScenarioError(`the hints of ${id} are not sound`, { problems: found.map((each) => ({ file: path, ...each })) });
  const drills = new Set(checks.filter((check) => 'drill' in check).map((check) => check.id));
  return page.sections.map((section, index) => toHint(section, hints[index]!.cost, drills));
}

function toHint({ number, text, variants }: HintSection, cost: number, drills: ReadonlySet<string>): Hint {
  const inOrder = (terms: HintTerm[]): HintTerm[] => [
    ...terms.filter((term) => !drills.has(term.id)),
    ...terms.filter((term) => drills.has(term.id)),
  ];
  return { number, cost, text, variants: variants.map((variant) => ({ ...variant, terms: inOrder(readTerms(variant.when)!) })) };
}

type Finding = Pick<FileProblem, 'message'> & { line: number };

/** Headings must count from 1 to as many as there are costs, and conditions must stand below one of them. */
function findHeadingProblems({ sections, stray }: HintPage, wanted: number): Finding[] {
  return [
    ...stray.map((line) => ({ line, message: 'stands before the first hint' })),
    ...sections.flatMap(({ number, line }, index) =>
      number === index + 1 ? [] : [{ line, message: `this is hint ${index + 1}, so its heading must be "## ${index + 1}"` }],
    ),
    ...(sections.length === wanted
      ? []
      : [{ line: sections.at(-1)?.line ?? 1, message: `must hold ${wanted} hints, under the headings "## 1", "## 2" and so on` }]),
  ];
}

function findSectionProblems({ number, line, text, variants }: HintSection, ids: ReadonlySet<string>): Finding[] {
  return [
    ...(text === '' ? [{ line, message: `hint ${number} has no text for a cluster of which nothing is known` }] : []),
    ...variants.flatMap((variant, index) => [
      ...(variant.text === '' ? [{ line: variant.line, message: `there is no text under "### when ${variant.when}"` }] : []),
      ...findConditionProblems(variant, variants.slice(0, index), ids),
    ]),
  ];
}

function findConditionProblems({ when, line }: HintPageVariant, before: readonly HintPageVariant[], ids: ReadonlySet<string>): Finding[] {
  const terms = readTerms(when);
  if (!terms) return [{ line, message: `"${when}" is no condition; one is such as "some-check and not another-check"` }];
  const unknown = terms.filter(({ id }) => !ids.has(id)).map(({ id }) => `there is no check or state "${id}"`);
  const twice = terms
    .filter(({ id }, index) => terms.findIndex((term) => term.id === id) < index)
    .map(({ id }) => `"${id}" is there twice`);
  const first = before.find((earlier) => readTerms(earlier.when)?.every((term) => terms.some((own) => isSameTerm(own, term))));
  const shadowed = first ? [`is never shown: whenever it fits, the one of line ${first.line} does, too`] : [];
  return [...unknown, ...twice, ...shadowed].map((message) => ({ line, message }));
}

function isSameTerm(one: HintTerm, other: HintTerm): boolean {
  return one.id === other.id && one.wanted === other.wanted;
}

/** A state exists for hints only. */
function findUnusedStates({ sections }: HintPage, states: readonly string[]): Finding[] {
  const used = new Set(sections.flatMap(({ variants }) => variants.flatMap(({ when }) => readTerms(when) ?? [])).map(({ id }) => id));
  return states.filter((id) => !used.has(id)).map((id) => ({ line: 1, message: `no hint asks for the state "${id}"` }));
}

/** `one and not another` as terms; undefined when it is not of that form. */
function readTerms(when: string): HintTerm[] | undefined {
  const parts = when.split(/\s+and\s+/).map((part) => /^(not\s+)?([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(part));
  if (parts.some((part) => !part || part[2] === 'not' || part[2] === 'and')) return undefined;
  return parts.map((part) => ({ id: part![2]!, wanted: part![1] === undefined ? 'passed' : 'failed' }));
}
