/**
 * Calls `attempt` `count` times in batches of 1, 2, 4…; a batch in which something fails is the last one.
 * Throws the first failure after its batch. Models replica_set.go slowStartBatch.
 */
export function slowStart(count: number, attempt: () => void): void {
  let remaining = count;
  for (let batch = Math.min(1, remaining); batch > 0; batch = Math.min(2 * batch, remaining)) {
    const failures: unknown[] = [];
    for (let index = 0; index < batch; index += 1) {
      try {
        attempt();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    remaining -= batch;
  }
}
