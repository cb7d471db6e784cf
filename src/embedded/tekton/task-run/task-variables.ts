import { paramReplacements, spellings, substitute, type Replacements } from '../substitution.ts';
import { stepContainerName } from './task-pod.ts';
import type { Step, TaskRun, TaskSpec, WorkspaceBinding, WorkspaceDeclaration } from '../types.ts';
import { mountPathOf, workspaceVolumeName } from './workspaces.ts';

/** The spec of a task with everything in it that a run decides: params, results' paths, workspaces, names. Models taskrun.go applyParamsContextsResultsAndWorkspaces. */
export function applyRun(spec: TaskSpec, run: TaskRun, taskName: string): TaskSpec {
  const { params = [], workspaces = [] } = run.spec;
  const withWorkspaces = { ...spec, ...(workspaces.length > 0 && { workspaces: declaredWorkspaces(spec, workspaces) }) };
  // Why last: what a param holds may be a variable of the run itself.
  const applied = substitute(
    substitute(withWorkspaces, paramReplacements(spec.params ?? [], params)),
    runReplacements(withWorkspaces, run, taskName),
  );
  return { ...applied, ...(applied.steps && { steps: applied.steps.map(withOwnResults) }) };
}

/** A step with the paths of its own results in it. */
function withOwnResults(step: Step, index: number): Step {
  const folder = `/tekton/steps/${stepContainerName(step.name, index)}/results`;
  const paths = (step.results ?? []).map(({ name }) => [`step.results.${name}.path`, `${folder}/${name}`] as const);
  return paths.length === 0 ? step : substitute(step, { strings: new Map(paths), arrays: new Map() });
}

/** Those that the task declares, and those that the run brings without having been asked. */
function declaredWorkspaces({ workspaces = [] }: TaskSpec, bindings: readonly WorkspaceBinding[]): WorkspaceDeclaration[] {
  const undeclared = bindings.filter(({ name }) => !workspaces.some((declared) => declared.name === name));
  return [...workspaces, ...undeclared.map(({ name }) => ({ name }))];
}

function runReplacements({ steps = [], results = [], workspaces = [] }: TaskSpec, run: TaskRun, taskName: string): Replacements {
  const strings = new Map<string, string>([
    ['context.taskRun.name', run.metadata.name],
    ['context.taskRun.namespace', run.metadata.namespace ?? ''],
    ['context.taskRun.uid', run.metadata.uid ?? ''],
    ['context.task.name', taskName],
    ['context.task.retry-count', String(run.status?.retriesStatus?.length ?? 0)],
    ['credentials.path', '/tekton/creds'],
  ]);
  for (const { name } of results)
    for (const spelled of spellings('results', name)) strings.set(`${spelled}.path`, `/tekton/results/${name}`);
  steps.forEach(({ name }, index) => {
    const step = stepContainerName(name, index);
    strings.set(`steps.${step}.exitCode.path`, `/tekton/steps/${step}/exitCode`);
  });
  for (const declared of workspaces) addWorkspace(strings, declared, run.spec.workspaces ?? []);
  return { strings, arrays: new Map() };
}

function addWorkspace(strings: Map<string, string>, declared: WorkspaceDeclaration, bindings: readonly WorkspaceBinding[]): void {
  const isBound = bindings.some(({ name }) => name === declared.name);
  const facts = {
    bound: String(isBound),
    path: isBound || !declared.optional ? mountPathOf(declared) : '',
    claim: '',
    volume: isBound ? workspaceVolumeName(declared.name) : '',
  };
  for (const [fact, value] of Object.entries(facts)) strings.set(`workspaces.${declared.name}.${fact}`, value);
}
