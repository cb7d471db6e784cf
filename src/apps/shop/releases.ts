/** A planted weakness; only a request that an attacker would send reveals it. */
export type Weakness =
  /** `/debug/vars` shows the environment, secrets included. */
  | 'debug-endpoint'
  /** The search page shows what was searched for without escaping it. */
  | 'reflected-script'
  /** The search passes what was searched for on to the database as it is. */
  | 'sql-injection';

/** How one release of the shop behaves. */
export interface Release {
  weaknesses: readonly Weakness[];
  /** How long after its start the shop is ready, in milliseconds; absent when it never is. */
  readyAfterMs?: number;
}

const SOUND: Release = { weaknesses: [], readyAfterMs: 0 };

/** Every release of the shop by its tag; docs/shop.md is the same table in words. */
export const RELEASES: Readonly<Record<string, Release>> = {
  '1.0': SOUND,
  '1.1': SOUND,
  '1.2': { weaknesses: ['debug-endpoint'], readyAfterMs: 0 },
  '1.3': SOUND,
  '1.4': { weaknesses: ['reflected-script'], readyAfterMs: 0 },
  '1.5': { weaknesses: ['sql-injection'], readyAfterMs: 0 },
  '1.6': { weaknesses: [] },
  '1.7': { weaknesses: [], readyAfterMs: 20_000 },
  '1.8': SOUND,
  '1.9': { weaknesses: ['debug-endpoint', 'reflected-script'], readyAfterMs: 0 },
};
