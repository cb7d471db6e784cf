import type { DrillStep } from '../../../grader/index.ts';
import { parseDuration } from '../../system/duration.ts';
import { untilTimeOfDayMs } from '../../system/time-of-day.ts';
import type { DrillActOf, DrillVerb } from './drill-act-of.ts';
import { noteRefusal, type DrillStage } from './drill-stage.ts';
import { forge } from './forge.ts';
import { createObject, deletePods, deleteTarget, letMatch, patchTargets } from './object-steps.ts';
import { commitRelease, revertNewest } from './repository-steps.ts';
import { actOn, letSettle, reconfigure, release, setVariables } from './rollout-steps.ts';

type CarryOut = { readonly [V in DrillVerb]: (act: DrillActOf<V>, stage: DrillStage) => Promise<void> };

const CARRY_OUT: CarryOut = {
  release,
  settle: letSettle,
  elapse: (duration, { session }) => session.elapse(parseDuration(duration)!),
  until: async ({ time, timeZone }, stage) => {
    await stage.session.elapse(untilTimeOfDayMs(stage.now(), time, timeZone));
    stage.note(`it became ${time} (${timeZone})`);
  },
  rollout: actOn,
  deletePods,
  break: async (fault, stage) => {
    stage.note(`broke something: ${JSON.stringify(fault)}`);
    await stage.faults.break(fault);
  },
  mend: async (_, stage) => {
    stage.note('mended what was broken');
    await stage.faults.mend();
  },
  reconfigure,
  setEnv: setVariables,
  create: createObject,
  await: letMatch,
  patch: patchTargets,
  delete: deleteTarget,
  commit: commitRelease,
  revert: revertNewest,
  forge,
};

/** Carries out one step of a drill. What the cluster refuses is noted, and the drill goes on: a closed door is an outcome. */
export async function carryOutStep(step: DrillStep, stage: DrillStage): Promise<void> {
  const acting = step.as === undefined ? stage : onBehalfOf(step.as, stage);
  const [verb, act] = (Object.entries(step) as [string, unknown][]).find(([key]) => key in CARRY_OUT)!;
  const carryOut = CARRY_OUT[verb as DrillVerb] as (act: unknown, stage: DrillStage) => Promise<void>;
  await noteRefusal(acting, () => carryOut(act, acting));
}

/** The stage as this user has it: with their rights, and their name in the notes. What is looked up is looked up as before. */
function onBehalfOf(user: string, stage: DrillStage): DrillStage {
  const { session } = stage;
  return {
    ...stage,
    session: {
      client: session.client.actingAs(user),
      waitUntil: (holds, withinMs) => session.waitUntil(holds, withinMs),
      elapse: (delayMs) => session.elapse(delayMs),
    },
    note: (what) => stage.note(`as ${user}: ${what}`),
  };
}
