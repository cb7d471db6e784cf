import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Document } from 'yaml';
import type { FileProblem } from '../errors.ts';
import { isChallenge } from './course.ts';
import type { Scenario } from './schema.ts';
import { locate, type YamlFile } from './yaml-file.ts';

const POSSIBLE_POINTS = 100;

interface Place {
  id: string;
  folder: string;
  file: YamlFile;
  document: Document.Parsed;
}

/** What a JSON Schema cannot say: ids that are unique and refer to each other, points that add up, files that exist and are all declared. */
export async function findSemanticProblems(scenario: Scenario, place: Place): Promise<FileProblem[]> {
  const found: { pointer: string; message: string }[] = [
    ...ruleName(scenario, place.id),
    ...ruleUniqueIds(scenario),
    ...rulePoints(scenario),
    ...ruleHints(scenario),
    ...ruleFaultReferences(scenario),
    ...ruleRegularExpressions(scenario.spec.checks, '/spec/checks'),
    ...ruleRegularExpressions(scenario.spec.states, '/spec/states'),
    ...(await ruleFiles(scenario, place.folder)),
  ];
  return found.map(({ pointer, message }) => ({ file: place.file.path, ...locate(place.file, place.document, pointer), pointer, message }));
}

type Finding = { pointer: string; message: string };

function ruleName({ metadata }: Scenario, id: string): Finding[] {
  return metadata.name === id ? [] : [{ pointer: '/metadata/name', message: `must be the name of its folder, "${id}"` }];
}

function ruleUniqueIds({ spec }: Scenario): Finding[] {
  const { checks, faults, states = [] } = spec;
  return [
    ...duplicates('/spec/checks', checks),
    ...duplicates('/spec/faults', faults),
    ...duplicates('/spec/states', states),
    ...states.flatMap(({ id }, index) =>
      checks.some((check) => check.id === id) ? [{ pointer: `/spec/states/${index}/id`, message: `"${id}" is a check already` }] : [],
    ),
  ];
}

function duplicates(pointer: string, items: readonly { id: string }[]): Finding[] {
  return items.flatMap(({ id }, index) => {
    const isSecond = items.findIndex((item) => item.id === id) < index;
    return isSecond ? [{ pointer: `${pointer}/${index}/id`, message: `"${id}" is there twice` }] : [];
  });
}

function rulePoints({ spec }: Scenario): Finding[] {
  const total = spec.checks.reduce((points, check) => points + check.points, 0);
  return total === POSSIBLE_POINTS
    ? []
    : [{ pointer: '/spec/checks', message: `the points add up to ${total}; they must come to ${POSSIBLE_POINTS}` }];
}

function ruleHints({ metadata, spec }: Scenario): Finding[] {
  if (isChallenge(metadata.name) && spec.states)
    return [{ pointer: '/spec/states', message: 'a challenge has no hints that could ask for states' }];
  if (isChallenge(metadata.name) === (spec.hints.length === 0)) return [];
  return [{ pointer: '/spec/hints', message: isChallenge(metadata.name) ? 'a challenge has no hints' : 'must not be empty' }];
}

function ruleFaultReferences({ spec }: Scenario): Finding[] {
  const checkIds = new Set(spec.checks.map(({ id }) => id));
  const faultIds = new Set(spec.faults.map(({ id }) => id));
  const applied = new Set([...spec.steps.flatMap((step) => ('apply' in step ? step.apply : [])), ...(spec.repository?.files ?? [])]);
  return [
    ...spec.faults.flatMap(({ caughtBy, file, patch, target }, index) => [
      ...caughtBy.flatMap((id, at) =>
        checkIds.has(id) ? [] : [{ pointer: `/spec/faults/${index}/caughtBy/${at}`, message: `there is no check "${id}"` }],
      ),
      ...((file === undefined) === (patch === 'delete')
        ? []
        : [{ pointer: `/spec/faults/${index}`, message: 'a fault has a file with its patch, unless it deletes' }]),
      ...(applied.has(target) ? [] : [{ pointer: `/spec/faults/${index}/target`, message: `no step applies "${target}"` }]),
    ]),
    ...spec.steps.flatMap((step, index) =>
      'plant' in step && !faultIds.has(step.plant)
        ? [{ pointer: `/spec/steps/${index}/plant`, message: `there is no fault "${step.plant}"` }]
        : [],
    ),
    ...spec.workspace.flatMap((path, index) =>
      applied.has(path) ? [] : [{ pointer: `/spec/workspace/${index}`, message: `no step applies "${path}"` }],
    ),
  ];
}

const EXPRESSION_FIELDS = new Set(['matching', 'unpullable', '$matches']);

/** Every field that holds a regular expression, wherever it stands in a check. */
function ruleRegularExpressions(value: unknown, pointer: string): Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!EXPRESSION_FIELDS.has(key) || typeof item !== 'string') return ruleRegularExpressions(item, place);
    try {
      new RegExp(item);
      return [];
    } catch (error) {
      return [{ pointer: place, message: error instanceof Error ? error.message : String(error) }];
    }
  });
}

async function ruleFiles({ spec }: Scenario, folder: string): Promise<Finding[]> {
  const declared = new Map<string, string>();
  spec.steps.forEach((step, index) => {
    if ('apply' in step) step.apply.forEach((path, at) => declared.set(path, `/spec/steps/${index}/apply/${at}`));
  });
  spec.repository?.files.forEach((path, at) => declared.set(path, `/spec/repository/files/${at}`));
  spec.faults.forEach(({ file }, index) => {
    if (file !== undefined) declared.set(file, `/spec/faults/${index}/file`);
  });
  const existing = new Set(await filesBelow(folder));
  return [
    ...[...declared].flatMap(([path, pointer]) => (existing.has(path) ? [] : [{ pointer, message: `there is no file "${path}"` }])),
    ...[...existing].flatMap((path) =>
      declared.has(path) || path === 'scenario.yaml' ? [] : [{ pointer: '', message: `nothing uses the file "${path}"` }],
    ),
  ];
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}
