import { runTasks, type TaskGroup } from '../../cli/tasks.ts';
import { Rehearsal } from '../../backends/embedded/rehearsal.ts';
import { listScenarioIds } from '../../scenarios/course.ts';
import { loadScenario, type LoadedScenario } from '../../scenarios/load.ts';
import type { CommandContext } from '../context.ts';
import { knownScenarioId } from '../scenario-ids.ts';
import { authorTestsOf, type AuthorTest } from './author-tests.ts';
import { deviationsOf, type Deviation } from './deviation.ts';

/** What `lab dev check --json` prints. */
export interface AuthorReport {
  apiVersion: 'lab/v1';
  kind: 'AuthorReport';
  result: 'passed' | 'failed';
  scenarios: ScenarioReport[];
}

interface ScenarioReport {
  id: string;
  result: 'passed' | 'failed';
  tests: TestReport[];
}

interface TestReport {
  name: string;
  result: 'passed' | 'failed';
  durationMs: number;
  deviations: Deviation[];
}

/** `lab dev check`: whether scenarios are as they say they are, tried out on clusters in memory. 0: all are; 1: something is not. */
export async function devCheck(context: CommandContext, ids: readonly string[], { isJson }: { isJson: boolean }): Promise<number> {
  const { io, course } = context;
  const chosen = ids.length > 0 ? await Promise.all(ids.map((id) => knownScenarioId(course, id))) : await listScenarioIds(course);
  const rehearsal = new Rehearsal();
  const forget = io.onInterrupt(() => rehearsal.close());
  try {
    const scenarios = await Promise.all(chosen.map((id) => prepare(context, id, rehearsal)));
    await runTasks(
      io,
      scenarios.map(({ group }) => group),
    );
    const report = reportOf(scenarios.map(({ id, done }) => scenarioReport(id, done)));
    if (isJson) io.line(JSON.stringify(report, undefined, 2));
    else tell(context, report);
    return report.result === 'passed' ? 0 : 1;
  } finally {
    forget();
    await rehearsal.close();
  }
}

interface PreparedScenario {
  id: string;
  group: TaskGroup;
  /** Filled as tests end. */
  done: TestReport[];
}

/** The tests of a scenario; of one whose file is broken, that it is. */
async function prepare({ io, course }: CommandContext, id: string, rehearsal: Rehearsal): Promise<PreparedScenario> {
  const done: TestReport[] = [];
  const toTask = ({ name, ...test }: AuthorTest) => ({
    title: name,
    run: async () => {
      const beganMs = performance.now();
      const deviations = await test.run().catch(deviationsOf);
      const result = deviations.length === 0 ? 'passed' : 'failed';
      done.push({ name, result, durationMs: Math.round(performance.now() - beganMs), deviations });
      return deviations.length === 0;
    },
  });
  let loaded: LoadedScenario;
  try {
    loaded = await loadScenario(course, id);
  } catch (error) {
    return { id, done, group: { title: id, tasks: [toTask({ name: 'schema', run: () => Promise.resolve(deviationsOf(error)) })] } };
  }
  const tests = await authorTestsOf(course, loaded, rehearsal, io.now() - HISTORY_MS);
  const schema: AuthorTest = { name: 'schema', run: () => Promise.resolve([]) };
  return { id, done, group: { title: `${id}: ${loaded.scenario.metadata.title}`, tasks: [schema, ...tests].map(toTask) } };
}

/** How far back scenarios begin to happen. */
const HISTORY_MS = 24 * 3_600_000;

function scenarioReport(id: string, tests: TestReport[]): ScenarioReport {
  return { id, result: tests.every(({ result }) => result === 'passed') ? 'passed' : 'failed', tests };
}

function reportOf(scenarios: ScenarioReport[]): AuthorReport {
  const result = scenarios.every((scenario) => scenario.result === 'passed') ? 'passed' : 'failed';
  return { apiVersion: 'lab/v1', kind: 'AuthorReport', result, scenarios };
}

function tell({ io }: CommandContext, { scenarios }: AuthorReport): void {
  const tests = scenarios.flatMap(({ id, tests: of }) => of.map((test) => ({ id, ...test })));
  const failed = tests.filter(({ result }) => result === 'failed');
  for (const { id, name, deviations } of failed) {
    io.line(`\n${io.paint('✖', 'bad')} ${id}: ${io.paint(name, 'strong')}`);
    for (const { expected, found } of deviations) {
      io.line(`    ${io.paint('expected', 'faint')}  ${expected}`);
      io.line(`    ${io.paint('found', 'faint')}     ${found.replaceAll('\n', `\n${' '.repeat(14)}`)}`);
    }
  }
  io.line(`${failed.length > 0 ? '\n' : ''}${tests.length - failed.length} passed, ${failed.length} failed`);
}
