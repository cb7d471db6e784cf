import type { Report } from '../../../grader/index.ts';
import { plantedObjects, type PlantedScenario, type Rehearsal, type RehearsalCluster } from '../../backends/embedded/rehearsal.ts';
import type { Course } from '../../scenarios/course.ts';
import type { LoadedScenario } from '../../scenarios/load.ts';
import { plantFault } from '../../scenarios/plant.ts';
import { carryOutRepair } from '../../scenarios/repair.ts';
import type { Fault } from '../../scenarios/schema.ts';
import {
  listRightRepairs,
  listWrongRepairs,
  loadReferenceRepair,
  loadRightRepair,
  loadWrongRepair,
  type LoadedSolution,
} from '../../scenarios/solutions.ts';
import { planOf } from '../plan.ts';
import { findGivenAway, toldFailures, type ToldFailure } from './told-failures.ts';
import type { Deviation } from './deviation.ts';
import { findToDos } from './to-dos.ts';
import { findFileDeviations } from './file-tests.ts';
import { compareResults, describeResult, gradeRehearsal } from './grade-rehearsal.ts';
import { findHintDeviations } from './hint-tests.ts';
import { findNeedlessChecks } from './needless-checks.ts';
import { findClusterDeviations } from './same-cluster.ts';

/** The files that come with a scenario, the scenario untouched and after a reset, a repair, or one of its faults. */
export type TestSubject = 'files' | 'scenario' | 'right repair' | 'wrong repair' | 'fault';

/** Something that must hold of a scenario. */
export interface AuthorTest {
  /** What it is a test of. */
  of: TestSubject;
  /** Such as `wrong repair fail-open`. */
  name: string;
  /** Answers where it does not hold; rejects when something keeps it from being found out. */
  run(): Promise<Deviation[]>;
  /** After a run: what a learner would have been told by the checks that failed, check by check. */
  told?(): readonly ToldFailure[];
}

/** What the tests of one scenario work with; it is planted once, by the first that needs it. */
class ScenarioTests {
  readonly #course: Course;
  readonly #loaded: LoadedScenario;
  readonly #rehearsal: Rehearsal;
  readonly #startMs: number;
  #planted: Promise<PlantedScenario> | undefined;

  constructor(parts: { course: Course; loaded: LoadedScenario; rehearsal: Rehearsal; startMs: number }) {
    this.#course = parts.course;
    this.#loaded = parts.loaded;
    this.#rehearsal = parts.rehearsal;
    this.#startMs = parts.startMs;
  }

  /** Doing nothing earns nothing, and what is expected of the learner is judged, not given up on. */
  async untouched(told: ToldFailure[]): Promise<Deviation[]> {
    return this.#on(await this.#plantedOnce(), async (cluster) => {
      const report = await gradeRehearsal(this.#loaded, cluster);
      told.push(...toldFailures(report));
      return [...comparePoints(report), ...(await findGivenAway(this.#course, this.#loaded, report))];
    });
  }

  async repair(repair: LoadedSolution): Promise<Deviation[]> {
    return this.#on(await this.#plantedOnce(), async (cluster) =>
      compareResults(await this.#gradeAfter(repair, cluster), repair.solution.spec.mustFail ?? []),
    );
  }

  /** What is told of a wrong repair must not give the solution away. */
  async wrongRepair(repair: LoadedSolution, told: ToldFailure[]): Promise<Deviation[]> {
    return this.#on(await this.#plantedOnce(), async (cluster) => {
      const report = await this.#gradeAfter(repair, cluster);
      told.push(...toldFailures(report));
      const given = await findGivenAway(this.#course, this.#loaded, report, repair);
      return [...compareResults(report, repair.solution.spec.mustFail ?? []), ...given];
    });
  }

  async #gradeAfter(repair: LoadedSolution, cluster: RehearsalCluster): Promise<Report> {
    await carryOutRepair(this.#loaded, repair, cluster.session);
    return gradeRehearsal(this.#loaded, cluster);
  }

  /** With everything repaired but one fault, a check that is said to catch it fails. */
  async fault(fault: Fault): Promise<Deviation[]> {
    const repair = await loadReferenceRepair(this.#course, this.#loaded);
    return this.#on(await this.#plantedOnce(), async (cluster) => {
      await carryOutRepair(this.#loaded, repair, cluster.session);
      await plantFault(this.#loaded, cluster.session, fault);
      const { checks } = await gradeRehearsal(this.#loaded, cluster, fault.caughtBy);
      if (checks.some(({ result }) => result === 'failed')) return [];
      const found = checks.map((check) => `${check.id}: ${describeResult(check)}`).join('\n');
      return [{ expected: `with nothing but this fault left, one of ${fault.caughtBy.join(', ')} fails`, found }];
    });
  }

  /** Every hint has a text, and every variant of one is shown to somebody. */
  async hints(): Promise<Deviation[]> {
    return findHintDeviations(this.#course, this.#loaded, async (work) => this.#on(await this.#plantedOnce(), work));
  }

  /** After a repair and a reset everything is as after a fresh start, the score too. */
  async reset(): Promise<Deviation[]> {
    const fresh = await this.#plantedOnce();
    const again = await this.#plant();
    const deviations = findClusterDeviations(plantedObjects(fresh), plantedObjects(again));
    const points = await this.#on(again, async (cluster) => comparePoints(await gradeRehearsal(this.#loaded, cluster)));
    return [...deviations, ...points];
  }

  async #on<T>(planted: PlantedScenario, work: (cluster: RehearsalCluster) => Promise<T>): Promise<T> {
    const cluster = this.#rehearsal.open(planted);
    try {
      return await work(cluster);
    } finally {
      await cluster.stop();
    }
  }

  #plantedOnce(): Promise<PlantedScenario> {
    this.#planted ??= this.#plant();
    return this.#planted;
  }

  #plant(): Promise<PlantedScenario> {
    return this.#rehearsal.plant(planOf(this.#loaded), this.#startMs);
  }
}

/** Where a check did not fail. */
function comparePoints(report: Report): Deviation[] {
  return compareResults(
    report,
    report.checks.map(({ id }) => id),
  );
}

/** A test of which it is kept what learners are told. */
function tellingTest(of: TestSubject, name: string, run: (told: ToldFailure[]) => Promise<Deviation[]>): AuthorTest {
  const told: ToldFailure[] = [];
  return { of, name, run: () => run(told), told: () => told };
}

/** Everything that must hold of a scenario whose file is sound, in the order in which it is worth knowing. */
export async function authorTestsOf(
  course: Course,
  loaded: LoadedScenario,
  rehearsal: Rehearsal,
  startMs: number,
): Promise<readonly AuthorTest[]> {
  const tests = new ScenarioTests({ course, loaded, rehearsal, startMs });
  const rightNames = await listRightRepairs(course, loaded);
  const wrongNames = await listWrongRepairs(course, loaded);
  return [
    { of: 'files', name: 'files', run: () => findFileDeviations(course, loaded) },
    { of: 'files', name: 'hints', run: () => tests.hints() },
    { of: 'files', name: 'no needless checks', run: () => findNeedlessChecks(course, loaded) },
    { of: 'files', name: 'to-dos', run: () => findToDos(course, loaded.id) },
    tellingTest('scenario', 'untouched', (told) => tests.untouched(told)),
    { of: 'right repair', name: 'reference repair', run: async () => tests.repair(await loadReferenceRepair(course, loaded)) },
    ...rightNames.map((name) => ({
      of: 'right repair' as const,
      name: `right repair ${name}`,
      run: async () => tests.repair(await loadRightRepair(course, loaded, name)),
    })),
    ...wrongNames.map((name) =>
      tellingTest('wrong repair', `wrong repair ${name}`, async (told) =>
        tests.wrongRepair(await loadWrongRepair(course, loaded, name), told),
      ),
    ),
    ...loaded.scenario.spec.faults.map((fault) => ({ of: 'fault' as const, name: `fault ${fault.id}`, run: () => tests.fault(fault) })),
    { of: 'scenario', name: 'reset', run: () => tests.reset() },
  ];
}
