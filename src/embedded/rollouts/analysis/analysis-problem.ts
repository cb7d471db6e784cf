/** Where in a Rollout a problem is, as a field error names it. */
export interface ProblemField {
  path: string;
  value: string;
}

/** Why an analysis cannot be made from its templates and arguments; the message is the controller's own. */
export class AnalysisProblem extends Error {
  /** Known for what validation finds in a Rollout. */
  readonly field: ProblemField | undefined;

  constructor(message: string, field?: ProblemField) {
    super(message);
    this.name = 'AnalysisProblem';
    this.field = field;
  }

  /** The text that follows `The Rollout "x" is invalid: `. */
  get fieldError(): string {
    return this.field ? `${this.field.path}: Invalid value: ${JSON.stringify(this.field.value)}: ${this.message}` : this.message;
  }
}
