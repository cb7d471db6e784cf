import { keepOrders } from '../../apps/shop/order-keeping.ts';
import { DRAIN_MS, PORT, startLine } from '../../apps/shop/runtime.ts';
import { Shop } from '../../apps/shop/shop.ts';
import type { RunningServer, ServerContext } from './image.ts';

/** The shop as a server program of an image: the same code as its process, on the virtual network and the cluster's clock. */
export function runShop(context: ServerContext): RunningServer {
  const { env, clock, hostname } = context;
  const log = (line: string): void => context.log(line);
  const shop = openShop(context);
  if (!shop) return { terminate: () => undefined };
  const port = Number(env['PORT'] ?? PORT);
  context.listen(port, keepOrders(shop, { hostname, env, send: (request) => context.fetch(request), nowMs: () => clock.now(), log }));
  context.log(startLine(env['RELEASE'] ?? '', port, clock.now()));
  return {
    terminate: () => {
      shop.beginClosing();
      clock.after(DRAIN_MS, () => context.exit(0));
    },
  };
}

/** Undefined, and the end of the container, for a release that does not exist. */
function openShop(context: ServerContext): Shop | undefined {
  const { env, hostname, clock, startedAtMs } = context;
  try {
    return new Shop({
      release: env['RELEASE'] ?? '',
      hostname,
      env,
      startedMs: startedAtMs,
      nowMs: () => clock.now(),
      log: (line) => context.log(line),
    });
  } catch (error) {
    context.log(error instanceof Error ? error.message : String(error));
    context.exit(1);
    return undefined;
  }
}
