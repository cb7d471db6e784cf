import { GitopsAgent } from '../../apps/gitops/gitops-agent.ts';
import { logLine, SYNC_PERIOD_MS } from '../../apps/gitops/runtime.ts';
import type { RunningServer, ServerContext } from './image.ts';

/** The GitOps agent as a server program of an image: the same code as its process, on the cluster's clock. */
export function runGitops(context: ServerContext): RunningServer {
  const { clock } = context;
  const log = (message: string): void => context.log(logLine(message, clock.now()));
  const agent = new GitopsAgent({
    namespace: context.namespace,
    callApi: (request) => context.callApi(request),
    fetch: (name, branch) => context.readRepository(name, branch),
    nowMs: () => clock.now(),
    log,
  });
  let isOver = false;
  const sync = (): void => {
    if (isOver) return;
    const release = clock.hold();
    void agent.sync().finally(() => {
      clock.after(SYNC_PERIOD_MS, sync);
      release();
    });
  };
  log('the GitOps agent is at work');
  sync();
  return {
    terminate: () => {
      isOver = true;
      context.exit(0);
    },
  };
}
