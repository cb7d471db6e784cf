import type { DrillFault } from '../../../../grader/index.ts';
import type { CommandFault, Faults } from '../../../embedded/faults.ts';
import type { NetworkErrorCode, NetworkOrigin } from '../../../embedded/network/http.ts';
import { parseDuration } from '../../../system/duration.ts';

/** Says which Service's pods a pod is among. */
export type IsBehind = (service: string, pod: { namespace: string; pod: string }) => boolean;

/** What a drill has broken in its copy, as the copy asks for it. */
export class DrillFaults implements Faults {
  readonly #isBehind: IsBehind;
  #faults: DrillFault[];

  constructor(faults: readonly DrillFault[], isBehind: IsBehind) {
    this.#faults = [...faults];
    this.#isBehind = isBehind;
  }

  break(fault: DrillFault): void {
    this.#faults.push(fault);
  }

  /** Takes everything back that is broken. */
  mend(): void {
    this.#faults = [];
  }

  isUnpullable(reference: string): boolean {
    return this.#faults.some((fault) => 'unpullable' in fault && new RegExp(fault.unpullable).test(reference));
  }

  /** Customers and the kubelet still get through: what is broken is the way of the scanner. */
  blocks(from: NetworkOrigin, to: { namespace: string; pod: string }): NetworkErrorCode | undefined {
    if (from.kind !== 'pod' && from.kind !== 'controller') return undefined;
    return this.#faults.some((fault) => 'unreachable' in fault && this.#isBehind(fault.unreachable.service, to))
      ? 'ECONNREFUSED'
      : undefined;
  }

  commandFault(command: string): CommandFault | undefined {
    for (const fault of this.#faults) {
      if ('hang' in fault && fault.hang.command === command) return { kind: 'hang' };
      if ('crash' in fault && fault.crash.command === command) {
        return { kind: 'exit', code: fault.crash.code, stderr: `${command}: something inside is broken\n` };
      }
    }
    return undefined;
  }

  get endpointDelayMs(): number | undefined {
    const delays = this.#faults.flatMap((fault) => ('slowEndpoints' in fault ? [parseDuration(fault.slowEndpoints)!] : []));
    return delays.length > 0 ? Math.max(...delays) : undefined;
  }
}
