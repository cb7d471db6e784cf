import { Advisories } from '../../apps/advisories/advisories.ts';
import { PORT, startLine } from '../../apps/advisories/runtime.ts';
import type { RunningServer, ServerContext } from './image.ts';

/** The advisories service as a server program of an image: the same code as its process, on the virtual network. */
export function runAdvisories(context: ServerContext): RunningServer {
  const { env, clock } = context;
  const service = new Advisories({
    env,
    nowMs: () => clock.now(),
    readFile: (path) => context.readFile(path),
    log: (line) => context.log(line),
  });
  const port = Number(env['PORT'] ?? PORT);
  context.listen(port, (request) => service.handle(request));
  context.log(startLine(port, clock.now()));
  return { terminate: () => context.exit(0) };
}
