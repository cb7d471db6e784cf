import type { Task } from '../../shell/kernel/task.ts';
import type { Scan } from './execute-group.ts';
import type { BuiltRequest } from './http/built-request.ts';
import { send, type SendOutcome } from './http/send.ts';
import { TargetUrl } from './http/target-url.ts';
import { USER_AGENTS } from './http/user-agents.ts';

/** Finds out with a HEAD request how hosts that were given without a scheme are reached; those that do not answer stay as they are. Models runner.initializeTemplatesHTTPInput. */
export function* probeTargets(scan: Scan, targets: readonly string[]): Task<string[]> {
  if (targets.every((target) => target.includes('://'))) return [...targets];
  yield* scan.logger.info('Running httpx on input host');
  const probed: string[] = [];
  let found = 0;
  for (const target of targets) {
    const url = target.includes('://') ? undefined : yield* probe(scan, target);
    if (url !== undefined) found += 1;
    probed.push(url ?? target);
  }
  yield* scan.logger.info(`Found ${found} URL from httpx`);
  return probed;
}

function* probe(scan: Scan, host: string): Task<string | undefined> {
  for (const scheme of ['https', 'http']) {
    const url = TargetUrl.parse(`${scheme}://${host}`);
    if (!url) return undefined;
    const agent = USER_AGENTS[scan.settings.random.below(USER_AGENTS.length)]!;
    const request: BuiltRequest = {
      method: 'HEAD',
      url,
      host: url.host,
      headers: new Map([['User-Agent', agent]]),
      body: '',
      keepsConnection: false,
    };
    const { process, options } = scan;
    const transport = { process, timeoutMs: options.timeoutMs, retries: options.retries, cookies: undefined };
    const limits = { followsRedirect: () => false, maxRedirects: 0, maxBodyCharacters: 0 };
    const outcome: SendOutcome = yield* send(request, { ...transport, ...limits });
    if (outcome.answers) return `${scheme}://${host}`;
  }
  return undefined;
}
