import type { DrillExpectation, DrillSpec } from '../check-spec.ts';
import { judgeAlwaysAnswered } from '../expectations/always-answered.ts';
import { judgeDeclares } from '../expectations/declares.ts';
import { judgeEndsAs } from '../expectations/ends-as.ts';
import { judgeGated } from '../expectations/gated.ts';
import { judgeNeverFound } from '../expectations/never-found.ts';
import { judgeNeverServed } from '../expectations/never-served.ts';
import { judgeNotRunning } from '../expectations/not-running.ts';
import { judgeOnlyIdle } from '../expectations/only-idle.ts';
import { judgeRecorded } from '../expectations/recorded.ts';
import { judgeKeptOut } from '../expectations/kept-out.ts';
import { judgeLetIn } from '../expectations/let-in.ts';
import { judgeOnlyActive } from '../expectations/only-active.ts';
import { judgeScansProduction } from '../expectations/scans-production.ts';
import { judgeServeInTurn } from '../expectations/serve-in-turn.ts';
import { judgeServesAtEnd } from '../expectations/serves-at-end.ts';
import { judgeSparesProduction } from '../expectations/spares-production.ts';
import { judgeTurnedDown } from '../expectations/turned-down.ts';
import { sameCallersOnce } from '../expectations/callers.ts';
import type { DrillFault, DrillPlan, DrillRecord, Drills } from '../ports.ts';
import { at, combine, notJudged, type Verdict } from '../verdict.ts';

/** Carries out a drill, once for each variant, and judges what happened. */
export async function judgeDrill(spec: DrillSpec, drills: Drills): Promise<Verdict> {
  const variants: { name?: string; faults: DrillFault[] }[] = spec.variants ?? [{ faults: [] }];
  const verdicts: Verdict[] = [];
  for (const variant of variants) {
    const record = await drills.run(planOf(spec, variant.faults));
    verdicts.push(tell(variant.name, await judgeRecord(spec.expect, record)));
  }
  return combine(verdicts);
}

function planOf(spec: DrillSpec, faults: DrillFault[]): DrillPlan {
  const visits = [...new Set(spec.expect.flatMap(({ neverFound }) => neverFound?.paths ?? []))];
  const callers = sameCallersOnce(spec.expect.flatMap(({ keptOut, letIn }) => (keptOut ?? letIn)?.callers ?? []));
  const production = { namespace: spec.production.namespace, name: spec.production.service };
  return { production, faults, steps: spec.steps, ...(visits.length > 0 && { visits }), ...(callers.length > 0 && { callers }) };
}

async function judgeRecord(expectations: DrillExpectation[], record: DrillRecord): Promise<Verdict> {
  const [unknown] = record.notSimulated;
  if (unknown) {
    return notJudged(
      `pod ${unknown.pod} needs something that a drill cannot simulate (${unknown.message}). Your cluster may be right; write it another way to have it judged.`,
      record.notSimulated.map(({ pod, container, message }) => ({
        kind: 'problem',
        object: `pods ${pod}`,
        text: `container ${container}: ${message}`,
      })),
    );
  }
  const verdicts: Verdict[] = [];
  for (const expectation of expectations) verdicts.push(await judgeExpectation(expectation, record));
  const verdict = combine(verdicts);
  return verdict.result === 'passed' ? verdict : { ...verdict, evidence: [...actsOf(record), ...verdict.evidence] };
}

function judgeExpectation(expectation: DrillExpectation, record: DrillRecord): Verdict | Promise<Verdict> {
  if (expectation.neverServed) return judgeNeverServed(expectation.neverServed, record);
  if (expectation.servesAtEnd) return judgeServesAtEnd(expectation.servesAtEnd, record);
  if (expectation.serveInTurn) return judgeServeInTurn(expectation.serveInTurn, record);
  if (expectation.alwaysAnswered) return judgeAlwaysAnswered(record);
  if (expectation.gated) return judgeGated(expectation.gated, record);
  if (expectation.neverFound) return judgeNeverFound(expectation.neverFound, record);
  if (expectation.onlyIdle) return judgeOnlyIdle(expectation.onlyIdle, record);
  if (expectation.keptOut) return judgeKeptOut(expectation.keptOut, record);
  if (expectation.letIn) return judgeLetIn(expectation.letIn, record);
  if (expectation.onlyActive) return judgeOnlyActive(expectation.onlyActive, record);
  if (expectation.declares) return judgeDeclares(expectation.declares, record);
  if (expectation.endsAs) return judgeEndsAs(expectation.endsAs, record);
  if (expectation.notRunning) return judgeNotRunning(expectation.notRunning, record);
  if (expectation.turnedDown) return judgeTurnedDown(expectation.turnedDown, record);
  if (expectation.recorded) return judgeRecorded(expectation.recorded, record);
  if (expectation.sparesProduction) return judgeSparesProduction(expectation.sparesProduction, record);
  if (expectation.scansProduction) return judgeScansProduction(expectation.scansProduction, record);
  throw new Error('the check has an expectation without content');
}

/** What the drill did, so that a learner can do it again by hand. */
function actsOf({ acts }: DrillRecord): Verdict['evidence'] {
  return acts.map(({ atMs, what }) => ({ kind: 'act', at: at(atMs), text: what }));
}

function tell(variant: string | undefined, verdict: Verdict): Verdict {
  if (variant === undefined || verdict.result === 'passed') return verdict;
  const evidence: Verdict['evidence'] = [{ kind: 'act', text: `with ${variant}:` }, ...verdict.evidence];
  return { ...verdict, observed: `With ${variant}: ${verdict.observed}`, evidence };
}
