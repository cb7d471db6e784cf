import type { ScenarioPlan } from '../backends/backend.ts';
import type { LoadedScenario } from '../scenarios/load.ts';
import { plantScenario } from '../scenarios/plant.ts';
import type { SessionScenario } from '../session/session.ts';
import { parseDuration } from '../system/duration.ts';

/** How a backend is to bring the scenario up. */
export function planOf(loaded: LoadedScenario): ScenarioPlan {
  const elapses = loaded.scenario.spec.steps.map((step) => ('elapse' in step ? (parseDuration(step.elapse) ?? 0) : 0));
  return {
    scenario: loaded.id,
    needs: loaded.scenario.spec.needs,
    historyMs: elapses.reduce((sum, elapseMs) => sum + elapseMs, 0),
    hasRepository: loaded.scenario.spec.repository !== undefined,
    plant: (session, onStep) => plantScenario(loaded, session, { ...(onStep && { onStep }) }),
  };
}

/** What the session keeps of the scenario. */
export function sessionScenarioOf({ id, scenario }: LoadedScenario): SessionScenario {
  const { namespace, production } = scenario.spec;
  return { id, title: scenario.metadata.title, namespace, production };
}
