import type { DrillAct } from '../../../grader/index.ts';

/** The key that says what a step of a drill does. */
export type DrillVerb = DrillAct extends infer Act ? (Act extends unknown ? keyof Act : never) : never;

/** What stands beside that key. */
export type DrillActOf<V extends DrillVerb> = Extract<DrillAct, Record<V, unknown>>[V];
