import { Rehearsal } from '../../backends/embedded/rehearsal.ts';
import { runTasks } from '../../cli/tasks.ts';
import { loadScenario, type LoadedScenario } from '../../scenarios/load.ts';
import type { CommandContext } from '../context.ts';
import { outcomeOf, type ScenarioReport, type TestReport } from './author-report.ts';
import { authorTestsOf, type AuthorTest } from './author-tests.ts';
import { deviationsOf } from './deviation.ts';

/** How far back scenarios begin to happen. */
const HISTORY_MS = 24 * 3_600_000;

/** Tries one scenario out in this process, and shows each test as it ends. */
export async function checkScenario(context: CommandContext, id: string): Promise<ScenarioReport> {
  const { io } = context;
  const beganMs = performance.now();
  const rehearsal = new Rehearsal();
  const forget = io.onInterrupt(() => rehearsal.close());
  try {
    const { title, checks, tests } = await prepare(context, id, rehearsal);
    const done: TestReport[] = [];
    await runTasks(io, { title, tasks: tests.map((test) => ({ title: test.name, run: () => carryOut(test, done) })) });
    return { id, result: outcomeOf(done), checks, durationMs: Math.round(performance.now() - beganMs), tests: done };
  } finally {
    forget();
    await rehearsal.close();
  }
}

/** Whether it turned out well; what came of it is in `done`. */
async function carryOut(test: AuthorTest, done: TestReport[]): Promise<boolean> {
  const beganMs = performance.now();
  const { name, of } = test;
  const deviations = await test.run().catch(deviationsOf);
  const result = deviations.length === 0 ? 'passed' : 'failed';
  const told = test.told?.();
  done.push({ name, of, result, durationMs: Math.round(performance.now() - beganMs), deviations, ...(told && { told }) });
  return deviations.length === 0;
}

interface PreparedScenario {
  title: string;
  checks: number;
  tests: readonly AuthorTest[];
}

/** The tests of a scenario; of one whose file is broken, that it is. */
async function prepare({ io, course }: CommandContext, id: string, rehearsal: Rehearsal): Promise<PreparedScenario> {
  let loaded: LoadedScenario;
  try {
    loaded = await loadScenario(course, id);
  } catch (error) {
    return { title: id, checks: 0, tests: [schemaTest(() => Promise.resolve(deviationsOf(error)))] };
  }
  const { metadata, spec } = loaded.scenario;
  const tests = await authorTestsOf(course, loaded, rehearsal, io.now() - HISTORY_MS);
  return { title: `${id}: ${metadata.title}`, checks: spec.checks.length, tests: [schemaTest(() => Promise.resolve([])), ...tests] };
}

function schemaTest(run: AuthorTest['run']): AuthorTest {
  return { of: 'files', name: 'schema', run };
}
