export type { CheckSpec } from './check-spec.ts';
export type * from './ports.ts';
export type { CheckOutcome, CheckResult, Evidence, Points, Report } from './report.ts';
export { findMismatches } from './match.ts';
export { gradeScenario, type GradeRequest } from './grade.ts';
export { RememberingDrills } from './remembering-drills.ts';
