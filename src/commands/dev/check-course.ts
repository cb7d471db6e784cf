import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runTasks } from '../../cli/tasks.ts';
import { CommandError } from '../../errors.ts';
import { loadScenario } from '../../scenarios/load.ts';
import { run } from '../../system/exec.ts';
import type { CommandContext } from '../context.ts';
import type { AuthorReport, ScenarioReport } from './author-report.ts';

const SCENARIO_MS = 20 * 60_000;

/** Tries several scenarios out, each in a process of its own, as many at a time as the machine has cores. */
export async function checkCourse(context: CommandContext, ids: readonly string[]): Promise<ScenarioReport[]> {
  const done = new Map<string, ScenarioReport>();
  const tasks = await Promise.all(
    ids.map(async (id) => ({
      title: await titleOf(context, id),
      run: async () => {
        const report = await checkApart(context, id);
        done.set(id, report);
        return report.result === 'passed';
      },
    })),
  );
  await runTasks(context.io, { title: `${ids.length} scenarios`, tasks }, availableParallelism());
  return ids.flatMap((id) => done.get(id) ?? []);
}

async function checkApart({ io, installFolder }: CommandContext, id: string): Promise<ScenarioReport> {
  const words = [join(installFolder, 'dist', 'src', 'main.js'), 'dev', 'check', id, '--json'];
  const { exitCode, stdout, stderr } = await run(io.processes.nodePath, words, {
    timeoutMs: SCENARIO_MS,
    env: { ...io.env },
    onInterrupt: (task) => io.onInterrupt(task),
  });
  if (exitCode > 1) {
    const commandLine = `lab dev check ${id}`;
    throw new CommandError(`${commandLine} could not be carried out`, { commandLine, ending: `exit code ${exitCode}`, output: stderr });
  }
  return (JSON.parse(stdout) as AuthorReport).scenarios[0]!;
}

/** A broken file is for the check itself to tell. */
async function titleOf({ course }: CommandContext, id: string): Promise<string> {
  const loaded = await loadScenario(course, id).catch(() => undefined);
  return loaded ? `${id}: ${loaded.scenario.metadata.title}` : id;
}
