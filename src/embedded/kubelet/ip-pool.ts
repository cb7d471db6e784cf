const FIRST_HOST = 5;
const LAST_HOST = 254;

/** Addresses of a node's pods: each new one follows the last, so that an address is not soon used again. Models the host-local IPAM plugin. */
export class IpPool {
  readonly #prefix: string;
  readonly #taken = new Set<string>();
  #lastHost = FIRST_HOST - 1;

  /** `cidr` is a /24 such as `10.244.0.0/24`. */
  constructor(cidr: string) {
    this.#prefix = cidr.replace(/\.\d+\/\d+$/, '');
  }

  /** Undefined when all addresses are in use. */
  take(): string | undefined {
    for (let step = 1; step <= LAST_HOST - FIRST_HOST + 1; step += 1) {
      const host = FIRST_HOST + ((this.#lastHost - FIRST_HOST + step) % (LAST_HOST - FIRST_HOST + 1));
      const ip = `${this.#prefix}.${host}`;
      if (this.#taken.has(ip)) continue;
      this.#taken.add(ip);
      this.#lastHost = host;
      return ip;
    }
    return undefined;
  }

  /** Notes an address that a pod had before a restart. */
  keep(ip: string): void {
    this.#taken.add(ip);
    this.#lastHost = Math.max(this.#lastHost, Number(ip.split('.')[3]));
  }

  giveBack(ip: string): void {
    this.#taken.delete(ip);
  }
}
