import type { CheckOutcome } from '../../../grader/index.ts';
import type { RehearsalCluster } from '../../backends/embedded/rehearsal.ts';
import { shownLabFolder, type Course } from '../../scenarios/course.ts';
import { loadHints, type Hint, type HintTerm } from '../../scenarios/hints.ts';
import type { LoadedScenario } from '../../scenarios/load.ts';
import { plantFault } from '../../scenarios/plant.ts';
import { carryOutRepair } from '../../scenarios/repair.ts';
import type { RepairStep } from '../../scenarios/schema.ts';
import { loadReferenceRepair, type LoadedSolution } from '../../scenarios/solutions.ts';
import { fitHint } from '../fit-hint.ts';
import { StateJudge } from '../judge-states.ts';
import type { Deviation } from './deviation.ts';
import { portsOf } from './grade-rehearsal.ts';
import { soundWrongRepairs } from './sound-wrong-repairs.ts';

/** Leaves a cluster in a way that a learner may well come by. */
type Situation = (cluster: RehearsalCluster) => Promise<void>;

/** Works with a fresh cluster of the scenario. */
type OnCluster = <T>(work: (cluster: RehearsalCluster) => Promise<T>) => Promise<T>;

/**
 * Variants of hints that nobody would get to see: not after a wrong repair, not half-way through the reference repair, and not with one
 * fault left. What wrong repairs come to is taken from what they say of themselves, which is tested elsewhere; clusters are tried for the
 * rest only, until every variant was met. Rejects where the hints are broken.
 */
export async function findHintDeviations(course: Course, loaded: LoadedScenario, onCluster: OnCluster): Promise<Deviation[]> {
  const unmet = new UnmetVariants(await loadHints(course, loaded));
  const wrong = await soundWrongRepairs(course, loaded);
  for (const { solution } of wrong) {
    await unmet.meet((id) => Promise.resolve(declared(loaded, id, solution.spec.mustFail!)));
  }
  for (const situation of unmet.size === 0 ? [] : await situationsOf(course, loaded, wrong, unmet.failing())) {
    if (unmet.size === 0) break;
    await onCluster(async (cluster) => {
      if (!(await isBroughtAbout(situation, cluster))) return;
      const judge = new StateJudge(loaded, portsOf(cluster));
      await unmet.meet(async (id) => (await judge.judge(id)).result);
    });
  }
  return unmet.list().map(({ number, line, when }) => ({
    expected: `a wrong repair, a part of the reference repair, or a fault alone that leads to hint ${number}, "when ${when}"`,
    found: `${shownLabFolder(loaded.id)}/hints.md:${line}: none does`,
  }));
}

/** What a wrong repair says comes of a check; of states it says nothing. */
function declared({ scenario }: LoadedScenario, id: string, mustFail: readonly string[]): CheckOutcome {
  if (!scenario.spec.checks.some((check) => check.id === id)) return 'error';
  return mustFail.includes(id) ? 'failed' : 'passed';
}

/** A repair that the cluster refuses is told by its own test. */
function isBroughtAbout(situation: Situation, cluster: RehearsalCluster): Promise<boolean> {
  return situation(cluster).then(
    () => true,
    () => false,
  );
}

/**
 * Single faults by which one of these checks fails, then half-way repairs, the shortest first. Where there are states, of which neither
 * faults nor wrong repairs say anything, all of these, too.
 */
async function situationsOf(
  course: Course,
  loaded: LoadedScenario,
  wrong: readonly LoadedSolution[],
  failing: ReadonlySet<string>,
): Promise<Situation[]> {
  const reference = await loadReferenceRepair(course, loaded);
  const { faults: all, states } = loaded.scenario.spec;
  const faults = all.filter(({ caughtBy }) => states !== undefined || caughtBy.some((id) => failing.has(id)));
  const steps = reference.solution.spec.steps.flatMap(oneFileAtATime);
  return [
    ...faults.map((fault): Situation => async ({ session }) => {
      await carryOutRepair(loaded, reference, session);
      await plantFault(loaded, session, fault);
    }),
    ...steps.map(
      (_step, count): Situation =>
        ({ session }) =>
          carryOutRepair(loaded, reference, session, steps.slice(0, count)),
    ),
    ...(states ? wrong : []).map(
      (repair): Situation =>
        ({ session }) =>
          carryOutRepair(loaded, repair, session),
    ),
  ];
}

function oneFileAtATime(step: RepairStep): RepairStep[] {
  return 'apply' in step ? step.apply.map((file) => ({ apply: [file] })) : [step];
}

interface UnmetVariant {
  number: number;
  line: number;
  when: string;
  terms: readonly HintTerm[];
}

/** The variants that were not shown yet. */
class UnmetVariants {
  readonly #hints: readonly Hint[];
  readonly #unmet = new Map<number, UnmetVariant>();

  constructor(hints: readonly Hint[]) {
    this.#hints = hints;
    for (const { number, variants } of hints)
      for (const { line, when, terms } of variants) this.#unmet.set(line, { number, line, when, terms });
  }

  get size(): number {
    return this.#unmet.size;
  }

  list(): UnmetVariant[] {
    return [...this.#unmet.values()];
  }

  /** Checks and states that have to fail for one of them to be shown. */
  failing(): Set<string> {
    const terms = this.list().flatMap((variant) => variant.terms);
    return new Set(terms.filter(({ wanted }) => wanted === 'failed').map(({ id }) => id));
  }

  /** Takes out what the hints say to a cluster. */
  async meet(ask: (id: string) => Promise<CheckOutcome>): Promise<void> {
    for (const hint of this.#hints) {
      if (!hint.variants.some(({ line }) => this.#unmet.has(line))) continue;
      const { when, state } = await fitHint(hint, ask);
      const isKnown = !Object.values(state).includes('error');
      const shown = isKnown && hint.variants.find((variant) => variant.when === when);
      if (shown) this.#unmet.delete(shown.line);
    }
  }
}
