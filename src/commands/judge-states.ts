import { gradeScenario, RememberingDrills, type CheckResult, type CheckSpec, type GradeRequest } from '../../grader/index.ts';
import type { LoadedScenario } from '../scenarios/load.ts';

export type GradePorts = Omit<GradeRequest, 'scenario' | 'checks' | 'onProgress'>;

/** Judges single checks and states of a scenario, each once and only when somebody asks. */
export class StateJudge {
  readonly #scenario: LoadedScenario;
  readonly #ports: GradePorts;
  readonly #results = new Map<string, Promise<CheckResult>>();

  constructor(scenario: LoadedScenario, ports: GradePorts) {
    this.#scenario = scenario;
    this.#ports = { ...ports, drills: new RememberingDrills(ports.drills) };
  }

  /** What came of the check or the state of that id, which the scenario has. */
  judge(id: string): Promise<CheckResult> {
    let result = this.#results.get(id);
    if (!result) this.#results.set(id, (result = this.#judge(id)));
    return result;
  }

  async #judge(id: string): Promise<CheckResult> {
    const report = await gradeScenario({ ...this.#ports, scenario: this.#scenario.id, checks: [this.#specOf(id)] });
    return report.checks[0]!;
  }

  #specOf(id: string): CheckSpec {
    const { checks, states = [] } = this.#scenario.scenario.spec;
    const state = states.find((each) => each.id === id);
    return state ? { ...state, title: id, points: 0, why: '', expected: '' } : checks.find((check) => check.id === id)!;
  }
}
