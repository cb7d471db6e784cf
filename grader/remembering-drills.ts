import type { DrillPlan, DrillRecord, Drills } from './ports.ts';

/** Drills that carry out each plan once: checks that look at the same drill share it. */
export class RememberingDrills implements Drills {
  readonly #drills: Drills;
  readonly #records = new Map<string, Promise<DrillRecord>>();

  constructor(drills: Drills) {
    this.#drills = drills;
  }

  run(plan: DrillPlan): Promise<DrillRecord> {
    const key = JSON.stringify(plan);
    let record = this.#records.get(key);
    if (!record) this.#records.set(key, (record = this.#drills.run(plan)));
    return record;
  }
}
