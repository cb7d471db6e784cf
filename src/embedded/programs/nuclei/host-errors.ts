import type { SendFailure } from './http/send.ts';
import { TargetUrl } from './http/target-url.ts';

/** Hosts that did not answer, and are not asked again. Models hosterrorscache.Cache. */
export class HostErrors {
  readonly #mostErrors: number | undefined;
  readonly #hosts = new Map<string, { errors: number; isPermanent: boolean }>();

  /** Without a number of errors, every host is asked for ever. */
  constructor(mostErrors: number | undefined) {
    this.#mostErrors = mostErrors;
  }

  /** Whether a host is to be left alone. */
  isGivenUp(url: string): boolean {
    const host = this.#hosts.get(hostOf(url));
    return host !== undefined && this.#mostErrors !== undefined && (host.isPermanent || host.errors >= this.#mostErrors);
  }

  failed(url: string, failure: SendFailure): void {
    if (!failure.counts) return;
    const host = this.#hosts.get(hostOf(url)) ?? { errors: 0, isPermanent: false };
    this.#hosts.set(hostOf(url), { errors: host.errors + 1, isPermanent: host.isPermanent || failure.isPermanent });
  }

  answered(url: string): void {
    this.#hosts.delete(hostOf(url));
  }
}

function hostOf(url: string): string {
  const parsed = TargetUrl.parse(url);
  if (!parsed) return url;
  return parsed.port === '' ? `${parsed.host}:${parsed.scheme === 'http' ? '80' : '443'}` : parsed.host;
}
