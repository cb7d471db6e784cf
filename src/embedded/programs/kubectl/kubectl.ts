import { command } from '../../shell/commands/io/command.ts';
import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts';
import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { apply, create, replace } from './apply.ts';
import { changeMetadata, patch, remove, scale, set } from './changes.ts';
import { get } from './get.ts';
import { parseFlags } from './flags.ts';
import { KubectlError } from './kubectl-error.ts';
import { KubectlSession } from './session.ts';
import { rollout, wait } from './waiting.ts';

type Verb = (session: KubectlSession) => Task<number>;

const VERBS: Readonly<Record<string, Verb>> = {
  apply,
  create,
  replace,
  get,
  patch,
  set,
  scale,
  delete: remove,
  label: changeMetadata('labels', 'labeled'),
  annotate: changeMetadata('annotations', 'annotated'),
  rollout,
  wait,
};

/**
 * `kubectl` as scripts in pods use it, as the pod's service account: what a role does not allow is refused. Commands and flags that it has not
 * end the container's processes without a verdict.
 */
export const kubectl = command(function* (context) {
  try {
    const flags = parseFlags(context.args.map(fromBytes));
    const [verb = '', ...operands] = flags.operands;
    const session = new KubectlSession(context, flags.withOperands(operands));
    if (verb === '') throw new CannotSimulate('kubectl without a command is not modelled in pods of the embedded cluster');
    if (!Object.hasOwn(VERBS, verb)) throw new CannotSimulate(`kubectl ${verb} is not modelled in pods of the embedded cluster`);
    return yield* VERBS[verb]!(session);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    yield* context.out.flush();
    yield* context.writeError(toBytes(`${error.isFromServer ? '' : 'error: '}${error.message}\n`));
    return 1;
  }
});
