/** What one probe found out. */
export type ProbeOutcome =
  | { kind: 'success' }
  /** Counts as success, and is told. */
  | { kind: 'warning'; output: string }
  | { kind: 'failure'; output: string }
  /** The probe could not be carried out; it counts for nothing. */
  | { kind: 'error'; message: string };
