/** Longer than a turn may take on a machine that is not overloaded; after it, later reports no longer wait for the one that is missing. */
const PATIENCE_MS = 10_000;

interface Turn {
  readonly askedMs: number;
  apply?: () => void;
}

/** A report that was asked for. */
export interface ExpectedReport {
  /** Says that the report is there; `apply` is called once every report that was asked for earlier has been applied. */
  deliver(apply: () => void): void;
  /** Says that nobody wants the report any more. */
  forget(): void;
}

/**
 * Applies the reports of several workers in the order in which they were asked for, however fast each worker is: the same drill
 * then goes the same way every time.
 */
export class ReportOrder {
  #turns: Turn[] = [];
  #isApplying = false;
  #patience: NodeJS.Timeout | undefined;

  expect(): ExpectedReport {
    const turn: Turn = { askedMs: performance.now() };
    this.#turns.push(turn);
    return {
      deliver: (apply) => {
        turn.apply = apply;
        this.#applyDue();
      },
      forget: () => {
        this.#turns = this.#turns.filter((other) => other !== turn);
        this.#applyDue();
      },
    };
  }

  #applyDue(): void {
    if (this.#isApplying) return;
    this.#isApplying = true;
    try {
      for (let turn = this.#takeDue(); turn; turn = this.#takeDue()) turn.apply!();
    } finally {
      this.#isApplying = false;
      this.#waitForStraggler();
    }
  }

  #takeDue(): Turn | undefined {
    const latestMs = performance.now() - PATIENCE_MS;
    const due = this.#turns.find((turn) => turn.apply !== undefined || turn.askedMs > latestMs);
    if (!due?.apply) return undefined;
    this.#turns.splice(this.#turns.indexOf(due), 1);
    return due;
  }

  #waitForStraggler(): void {
    clearTimeout(this.#patience);
    if (!this.#turns.some((turn) => turn.apply)) return;
    const latestMs = performance.now() - PATIENCE_MS;
    const straggler = this.#turns.find((turn) => !turn.apply && turn.askedMs > latestMs);
    this.#patience = setTimeout(() => this.#applyDue(), Math.max(1, (straggler?.askedMs ?? latestMs) - latestMs));
  }
}
