import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runTasks } from '../../cli/tasks.ts';
import { LabError } from '../../errors.ts';
import { loadScenario } from '../../scenarios/load.ts';
import { run } from '../../system/exec.ts';
import type { CommandContext } from '../context.ts';
import type { AuthorReport, ScenarioReport, TestReport } from './author-report.ts';

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
  return ids.map((id) => done.get(id)!);
}

/** What a process of its own reports of a scenario; where it reports nothing, that counts as a failure. */
async function checkApart({ io, installFolder }: CommandContext, id: string): Promise<ScenarioReport> {
  const beganMs = performance.now();
  const words = [join(installFolder, 'dist', 'src', 'main.js'), 'dev', 'check', id, '--json'];
  try {
    const { exitCode, stdout, stderr } = await run(io.processes.nodePath, words, {
      timeoutMs: SCENARIO_MS,
      env: { ...io.env },
      onInterrupt: (task) => io.onInterrupt(task),
    });
    return reportIn(stdout) ?? withoutReport(id, beganMs, `it ended with exit code ${exitCode}: ${stderr.trim()}`);
  } catch (error) {
    if (error instanceof LabError) return withoutReport(id, beganMs, error.message);
    throw error;
  }
}

function reportIn(stdout: string): ScenarioReport | undefined {
  try {
    return (JSON.parse(stdout) as AuthorReport).scenarios[0];
  } catch {
    return undefined;
  }
}

function withoutReport(id: string, beganMs: number, found: string): ScenarioReport {
  const durationMs = Math.round(performance.now() - beganMs);
  const deviations = [{ expected: `\`lab dev check ${id}\` to report`, found }];
  const test: TestReport = { name: 'report', of: 'files', result: 'failed', durationMs, deviations };
  return { id, result: 'failed', checks: 0, durationMs, tests: [test] };
}

/** A broken file is for the check itself to tell. */
async function titleOf({ course }: CommandContext, id: string): Promise<string> {
  const loaded = await loadScenario(course, id).catch(() => undefined);
  return loaded ? `${id}: ${loaded.scenario.metadata.title}` : id;
}
