import type { PipelineTask } from '../types.ts';
import { dependencies } from './result-references.ts';

/** The tasks that each task comes after: those that it names, and those whose results it needs. */
export type PipelineGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** A pipeline whose tasks wait for each other in a circle, or for one that is not there. */
export class InvalidGraphError extends Error {}

/** Models pkg/reconciler/pipeline/dag Build; throws InvalidGraphError. */
export function pipelineGraph(tasks: readonly PipelineTask[]): PipelineGraph {
  const names = new Set<string>();
  for (const { name } of tasks) {
    if (names.has(name))
      throw new InvalidGraphError(`task ${name} is already present in Graph, can't add it again: duplicate pipeline task`);
    names.add(name);
  }
  const graph = new Map(tasks.map((task) => [task.name, parentsOf(task, names)] as const));
  for (const { name } of tasks) refuseCycle(name, graph);
  return graph;
}

function parentsOf(task: PipelineTask, names: ReadonlySet<string>): ReadonlySet<string> {
  const parents = [...(task.runAfter ?? []), ...dependencies(task).map((reference) => reference.task)];
  for (const parent of parents) {
    if (!names.has(parent)) {
      const link = `couldn't add link between ${task.name} and ${parent}`;
      throw new InvalidGraphError(`${link}: task ${task.name} depends on ${parent} but ${parent} wasn't present in Pipeline`);
    }
  }
  return new Set(parents);
}

function refuseCycle(start: string, graph: PipelineGraph): void {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    for (const parent of graph.get(name) ?? []) {
      if (parent === start) throw new InvalidGraphError(`cycle detected; task "${start}" depends on "${name}"`);
      if (seen.has(parent)) continue;
      seen.add(parent);
      visit(parent);
    }
  };
  visit(start);
}
