export interface WeightedCountsInput {
  replicas: number;
  /** The canary's share, in percent. */
  weight: number;
  surge: number;
}

interface Option {
  canary: number;
  total: number;
}

/**
 * The split of pods that comes nearest to a weight; of equal ones the larger canary. With 1 to 99 percent and more than one pod, surge
 * included, neither side gets none; one pod more than desired is used when surge allows it and it comes nearer.
 * Models approximateWeightedCanaryStableReplicaCounts.
 */
export function weightedCounts({ replicas, weight, surge }: WeightedCountsInput): { canary: number; stable: number } {
  if (replicas === 0) return { canary: 0, stable: 0 };
  const options = optionsFor({ replicas, weight, surge });
  const distance = ({ canary, total }: Option): number => Math.abs((canary * 100) / total - weight);
  const best = options.reduce<Option | undefined>(
    (found, option) => (found && distance(found) <= distance(option) ? found : option),
    undefined,
  );
  return best ? { canary: best.canary, stable: best.total - best.canary } : { canary: 0, stable: replicas };
}

function optionsFor({ replicas, weight, surge }: WeightedCountsInput): Option[] {
  const [up, down] = [Math.ceil((replicas * weight) / 100), Math.floor((replicas * weight) / 100)];
  const mayBeEmpty = weight === 100 || weight === 0 || (replicas === 1 && surge === 0);
  const mayRoundDown = down !== 0 || mayBeEmpty;
  const options: Option[] = [];
  if (up < replicas || mayBeEmpty) options.push({ canary: up, total: replicas });
  if (!isTied(weight, replicas) && mayRoundDown) options.push({ canary: down, total: replicas });
  if (surge === 0) return options;
  options.push({ canary: up, total: replicas + 1 });
  if (!isTied(weight, replicas + 1) && mayRoundDown) options.push({ canary: down, total: replicas + 1 });
  return options;
}

/** Whether rounding up and down are equally far off. */
function isTied(weight: number, total: number): boolean {
  return (total * (weight / 100)) % 1 === 0.5;
}
