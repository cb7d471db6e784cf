import { listScenarioIds } from '../../scenarios/course.ts';
import type { CommandContext } from '../context.ts';
import { knownScenarioId } from '../scenario-ids.ts';
import { reportOf, type AuthorReport, type ScenarioReport } from './author-report.ts';
import type { TestSubject } from './author-tests.ts';
import { checkCourse } from './check-course.ts';
import { checkScenario } from './check-scenario.ts';

/** `lab dev check`: whether scenarios are as they say they are, tried out on clusters in memory. 0: all are; 1: something is not. */
export async function devCheck(context: CommandContext, ids: readonly string[], { isJson }: { isJson: boolean }): Promise<number> {
  const { io, course } = context;
  const chosen = ids.length > 0 ? await Promise.all(ids.map((id) => knownScenarioId(course, id))) : await listScenarioIds(course);
  const [only] = chosen;
  const scenarios = chosen.length === 1 ? [await checkScenario(context, only!)] : await checkCourse(context, chosen);
  const report = reportOf(scenarios);
  if (isJson) io.line(JSON.stringify(report, undefined, 2));
  else tell(context, report);
  return report.result === 'passed' ? 0 : 1;
}

function tell({ io }: CommandContext, { scenarios }: AuthorReport): void {
  const tests = scenarios.flatMap(({ id, tests: of }) => of.map((test) => ({ id, ...test })));
  const failed = tests.filter(({ result }) => result === 'failed');
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  for (const scenario of scenarios) {
    const isFine = scenario.result === 'passed';
    io.line(`${io.paint(isFine ? '✔' : '✖', isFine ? 'good' : 'bad')} ${scenario.id.padEnd(width)}  ${summaryOf(scenario)}`);
  }
  for (const { id, name, deviations } of failed) {
    io.line(`\n${io.paint('✖', 'bad')} ${id}: ${io.paint(name, 'strong')}`);
    for (const { expected, found } of deviations) {
      io.line(`    ${io.paint('expected', 'faint')}  ${expected}`);
      io.line(`    ${io.paint('found', 'faint')}     ${found.replaceAll('\n', `\n${' '.repeat(14)}`)}`);
    }
  }
  io.line(`${failed.length > 0 ? '\n' : ''}${tests.length - failed.length} passed, ${failed.length} failed`);
}

/** Such as `3 faults, 9 checks, 9 of 9 wrong repairs caught, 2 of 2 right repairs accepted, 11.2 s`. */
function summaryOf({ checks, durationMs, tests }: ScenarioReport): string {
  const ofPassed = (subject: TestSubject): string => {
    const own = tests.filter(({ of }) => of === subject);
    return `${own.filter(({ result }) => result === 'passed').length} of ${own.length} ${own.length === 1 ? subject : `${subject}s`}`;
  };
  return [
    `${ofPassed('fault')} noticed`,
    `${checks} ${checks === 1 ? 'check' : 'checks'}`,
    `${ofPassed('wrong repair')} caught`,
    `${ofPassed('right repair')} accepted`,
    `${(durationMs / 1000).toFixed(1)} s`,
  ].join(', ');
}
