import { UsageError, type EnvironmentProblem } from '../errors.ts';
import { nearest } from '../system/nearest.ts';
import type { BackendName } from './backend.ts';

/** A kind of cluster, and why it was taken. */
export interface BackendChoice {
  name: BackendName;
  /** One sentence for the learner. */
  because: string;
}

/** Why a kind of cluster can work on this machine, or why it cannot. */
export interface Examination {
  works: boolean;
  because: string;
}

/** The same for one that needs things: what is missing, and what to do about it. */
export interface MachineExamination extends Examination {
  problems: readonly EnvironmentProblem[];
}

/** A kind of cluster that may be taken by itself. */
interface Strategy {
  name: BackendName;
  examine: (machine: Machine) => Promise<Examination>;
}

/** What the choice is made by. */
export interface Machine {
  /** Looks whether kind can work here. */
  examineKind: () => Promise<Examination>;
}

/** In the order of preference; the last one always works. */
const STRATEGIES: readonly Strategy[] = [
  { name: 'kind', examine: ({ examineKind }) => examineKind() },
  { name: 'embedded', examine: () => Promise.resolve({ works: true, because: 'it needs nothing but Node' }) },
];

/** Values of `--backend`. */
export const BACKEND_CHOICES = ['auto', ...STRATEGIES.map(({ name }) => name)] as const;

/** The first kind of cluster that works here and that the scenario runs on, or the wished one. Rejects with UsageError for a wish that cannot be. */
export async function chooseBackend(wish: string, supported: readonly string[], machine: Machine): Promise<BackendChoice> {
  if (!(BACKEND_CHOICES as readonly string[]).includes(wish)) {
    const near = nearest(wish, BACKEND_CHOICES);
    throw new UsageError(`there is no backend "${wish}"${near === undefined ? '' : `; did you mean "${near}"?`}`, {
      hint: `There are: ${BACKEND_CHOICES.join(', ')}.`,
    });
  }
  if (wish !== 'auto') {
    if (!supported.includes(wish))
      throw new UsageError(`this scenario does not run on the backend "${wish}"`, { hint: `It runs on: ${supported.join(', ')}.` });
    return { name: wish as BackendName, because: 'you asked for it' };
  }
  const refusals: string[] = [];
  for (const { name, examine } of STRATEGIES) {
    if (!supported.includes(name)) continue;
    const { works, because } = await examine(machine);
    if (works) return { name, because: [...refusals, because].join('; ') };
    refusals.push(`no ${name} here: ${because}`);
  }
  throw new UsageError('this scenario runs on none of the backends that work here', { hint: `It runs on: ${supported.join(', ')}.` });
}
