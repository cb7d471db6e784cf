import { DRAIN_MS, PORT, startLine } from '../../apps/shop/runtime.ts';
import { Shop } from '../../apps/shop/shop.ts';
import type { RunningServer, ServerContext } from './image.ts';

/** The shop as a server program of an image: the same code as its process, on the virtual network and the cluster's clock. */
export function runShop({ env, hostname, clock, startedAtMs, log, listen, exit }: ServerContext): RunningServer {
  const release = env['RELEASE'] ?? '';
  const shop = openShop();
  if (!shop) return { terminate: () => undefined };
  const port = Number(env['PORT'] ?? PORT);
  listen(port, (request) => shop.handle(request));
  log(startLine(release, port, clock.now()));
  return {
    terminate: () => {
      shop.beginClosing();
      clock.after(DRAIN_MS, () => exit(0));
    },
  };

  function openShop(): Shop | undefined {
    try {
      return new Shop({ release, hostname, env, startedMs: startedAtMs, nowMs: () => clock.now(), log });
    } catch (error) {
      log(error instanceof Error ? error.message : String(error));
      exit(1);
      return undefined;
    }
  }
}
