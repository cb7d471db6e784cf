import type { TargetUrl } from './target-url.ts';

/** Cookies that one template was given by one target, sent back with its later requests. */
export class CookieJar {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** The `Cookie` header for a host; undefined when there is nothing to send. */
  header({ hostname }: TargetUrl): string | undefined {
    const cookies = this.#cookies.get(hostname);
    return cookies && cookies.size > 0 ? [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') : undefined;
  }

  /** Takes a `Set-Cookie` header. */
  store({ hostname }: TargetUrl, setCookie: string | undefined): void {
    const pair = setCookie === undefined ? undefined : readCookie(setCookie);
    if (!pair || setCookie === undefined) return;
    const cookies = this.#cookies.get(hostname) ?? new Map<string, string>();
    if (/;\s*max-age=(0|-\d+)/i.test(setCookie)) cookies.delete(pair.name);
    else cookies.set(pair.name, pair.value);
    this.#cookies.set(hostname, cookies);
  }
}

/** Name and value of a `Set-Cookie` header. */
export function readCookie(setCookie: string): { name: string; value: string } | undefined {
  const match = /^\s*([^=;\s]+)\s*=\s*"?([^;"]*)"?/.exec(setCookie);
  return match ? { name: match[1]!, value: match[2]!.trim() } : undefined;
}
