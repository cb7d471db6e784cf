import type { CheckResult, Drills } from '../../grader/index.ts';
import type { OpenCluster, OpenDrills } from '../backends/backend.ts';
import { progressOn } from '../cli/steps.ts';
import { LabError, ScenarioError, UsageError } from '../errors.ts';
import type { Hint } from '../scenarios/hints.ts';
import type { LoadedScenario } from '../scenarios/load.ts';
import type { CommandContext } from './context.ts';
import { fitHint, generalHint, type FittedHint } from './fit-hint.ts';
import { StateJudge } from './judge-states.ts';
import { withLab, type RunningLab } from './open-lab.ts';

/** Hints as they fit the learner's cluster. */
export interface HintsForCluster {
  hints: FittedHint[];
  /** Whether the cluster had a say: no hint had anything to ask, or it could not be reached. */
  cluster: 'asked' | 'not-asked' | 'unreachable';
  /** Why a hint is only the one for everybody, where something kept the cluster from being judged. */
  problem?: string;
}

/** Looks at the learner's cluster as far as the hints ask for it. Where it cannot be reached, they are those for everybody. */
export async function fitToCluster(context: CommandContext, loaded: LoadedScenario, hints: readonly Hint[]): Promise<HintsForCluster> {
  if (hints.every(({ variants }) => variants.length === 0)) return { hints: hints.map((hint) => generalHint(hint)), cluster: 'not-asked' };
  try {
    return await withLab(context, (lab) => fitToLab(context, lab, loaded, hints));
  } catch (error) {
    if (!(error instanceof LabError) || error instanceof ScenarioError || error instanceof UsageError) throw error;
    return { hints: hints.map((hint) => generalHint(hint)), cluster: 'unreachable', problem: error.message };
  }
}

async function fitToLab(
  { io }: CommandContext,
  { session, cluster }: RunningLab,
  loaded: LoadedScenario,
  hints: readonly Hint[],
): Promise<HintsForCluster> {
  const drills = new DrillsOnDemand(cluster);
  const judge = new StateJudge(loaded, {
    backend: session.backend,
    reader: cluster.reader,
    journal: cluster.journal,
    drills,
    now: () => io.now(),
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });
  const unjudged: CheckResult[] = [];
  try {
    return await progressOn(io).step('Looking at your cluster', async (detail) => {
      const fitted: FittedHint[] = [];
      for (const hint of hints) {
        const ask = async (id: string): Promise<CheckResult['result']> => {
          detail(id);
          const result = await judge.judge(id);
          if (result.result === 'error') unjudged.push(result);
          return result.result;
        };
        fitted.push(await fitHint(hint, ask));
      }
      const isInDoubt = fitted.some(({ when, state }) => when === null && Object.values(state).includes('error'));
      return { hints: fitted, cluster: 'asked' as const, ...(isInDoubt && { problem: unjudged[0]!.observed }) };
    });
  } finally {
    await drills.close();
  }
}

/** Drills that are made ready when the first one is to be carried out. */
class DrillsOnDemand implements OpenDrills {
  readonly #cluster: OpenCluster;
  #opened: Promise<OpenDrills> | undefined;

  constructor(cluster: OpenCluster) {
    this.#cluster = cluster;
  }

  async run(plan: Parameters<Drills['run']>[0]): ReturnType<Drills['run']> {
    return (await (this.#opened ??= this.#cluster.drills())).run(plan);
  }

  async close(): Promise<void> {
    // Why: that they could not be opened was told by the check that needed them.
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }
}
