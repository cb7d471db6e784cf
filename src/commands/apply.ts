import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ScenarioError, UsageError, type FileProblem } from '../errors.ts';
import { applyManifests } from '../kube/apply.ts';
import type { KubeClient } from '../kube/client.ts';
import { parseManifests } from '../kube/manifest.ts';
import { isSystemError } from '../system/files.ts';
import { listManifests, manifestsBelow, workspaceFolder } from '../session/workspace.ts';
import type { CommandContext } from './context.ts';
import { withLab } from './open-lab.ts';
import { shownPath } from './shown-path.ts';

/**
 * `lab apply`: applies files, folders, or else the workspace. Each file goes as a whole or not at all; the others go on.
 * Rejects with ScenarioError listing everything that was refused, with its place.
 */
export async function apply(context: CommandContext, given: readonly string[]): Promise<number> {
  const { io, paths } = context;
  const chosen = await filesOf(given, io.cwd);
  return context.alone(() =>
    withLab(context, async ({ session, cluster }) => {
      const { id, namespace } = session.scenario;
      const files = chosen ?? (await listManifests(paths, id));
      if (files.length === 0) throw nothingToApply(shownPath(workspaceFolder(paths, id), io.cwd));
      const problems: FileProblem[] = [];
      const refused = new Set<string>();
      for (const file of files) {
        const shown = shownPath(file, io.cwd);
        const found = await applyFile(context, cluster.client, { file, shown, namespace });
        if (found.length > 0) refused.add(shown);
        problems.push(...found);
      }
      if (refused.size > 0) throw refusedFiles([...refused], problems);
      return 0;
    }),
  );
}

async function applyFile(
  { io }: CommandContext,
  client: KubeClient,
  { file, shown, namespace }: { file: string; shown: string; namespace: string },
): Promise<FileProblem[]> {
  try {
    const manifests = parseManifests(await readFile(file, 'utf8'), shown);
    const { applied, problems } = await applyManifests(client, manifests, namespace);
    for (const { name, outcome } of applied) io.line(`${name} ${outcome}`);
    return problems;
  } catch (error) {
    if (error instanceof ScenarioError) return [...error.problems];
    throw error;
  }
}

/** The files that were named, folders opened; undefined when none was. Rejects with UsageError for one that is not there. */
async function filesOf(given: readonly string[], cwd: string): Promise<string[] | undefined> {
  if (given.length === 0) return undefined;
  const found = await Promise.all(
    given.map(async (name) => {
      const path = resolve(cwd, name);
      const what = await stat(path).catch((error: unknown) => {
        if (isSystemError(error, 'ENOENT', 'ENOTDIR'))
          throw new UsageError(`there is no file ${name}`, { hint: 'Without a file, `lab apply` applies your workspace.' });
        throw error;
      });
      return what.isDirectory() ? manifestsBelow(path) : [path];
    }),
  );
  return found.flat();
}

function nothingToApply(folder: string): UsageError {
  return new UsageError(`there is no manifest in ${folder}/`, {
    hint: '`lab reset` puts the manifests of the scenario there again; or name the files to apply.',
  });
}

function refusedFiles(files: string[], problems: FileProblem[]): ScenarioError {
  const which = files.length === 1 ? files[0]! : `${files.length} files`;
  return new ScenarioError(`${which} cannot be applied; nothing in ${files.length === 1 ? 'it' : 'them'} was`, {
    problems,
    hint: 'Mend the places above and type `lab apply` again.',
  });
}
