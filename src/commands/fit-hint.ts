import type { CheckOutcome } from '../../grader/index.ts';
import type { Hint, HintVariant } from '../scenarios/hints.ts';

/** A hint as it fits what a cluster shows. */
export interface FittedHint extends Pick<Hint, 'number' | 'cost' | 'text'> {
  /** The condition of the variant that it is; null for what is said where none fits. */
  when: string | null;
  /** What came of the checks and states that were asked for. */
  state: Record<string, CheckOutcome>;
}

/** The first variant that fits, or the text for everybody; `ask` judges a check or a state, and is asked for no more than it takes. */
export async function fitHint(hint: Hint, ask: (id: string) => Promise<CheckOutcome>): Promise<FittedHint> {
  const state: Record<string, CheckOutcome> = {};
  const fits = async ({ terms }: HintVariant): Promise<boolean> => {
    for (const { id, wanted } of terms) if ((state[id] ??= await ask(id)) !== wanted) return false;
    return true;
  };
  for (const variant of hint.variants) {
    if (await fits(variant)) return { number: hint.number, cost: hint.cost, text: variant.text, when: variant.when, state };
  }
  return generalHint(hint, state);
}

/** The text for everybody. */
export function generalHint({ number, cost, text }: Hint, state: FittedHint['state'] = {}): FittedHint {
  return { number, cost, text, when: null, state };
}
