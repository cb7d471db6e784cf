import { Orders } from '../../apps/orders/orders.ts';
import { PORT, startLine } from '../../apps/orders/runtime.ts';
import type { RunningServer, ServerContext } from './image.ts';

/** The orders service as a server program of an image: the same code as its process, on the virtual network. */
export function runOrders(context: ServerContext): RunningServer {
  const { env, clock } = context;
  const orders = new Orders({ env, nowMs: () => clock.now(), log: (line) => context.log(line) });
  const port = Number(env['PORT'] ?? PORT);
  context.listen(port, (request) => orders.handle(request));
  context.log(startLine(port, clock.now()));
  return { terminate: () => context.exit(0) };
}
