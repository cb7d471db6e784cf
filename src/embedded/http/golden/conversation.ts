import { access } from './access-requests.ts';
import { customKinds } from './custom-kind-requests.ts';
import { GOLDEN_NAMESPACE, post, type GoldenRequest } from './golden-request.ts';
import { lists, logs, paths } from './reading-requests.ts';
import { bodies, objects, scales } from './writing-requests.ts';

/** Everything that was asked of the real server, in this order. */
export const CONVERSATION: readonly GoldenRequest[] = [
  post('namespace', '/api/v1/namespaces', { metadata: { name: GOLDEN_NAMESPACE } }),
  ...paths,
  ...lists,
  ...bodies,
  ...objects,
  ...scales,
  ...access,
  ...customKinds,
  ...logs,
];
