import type { Bytes } from '../../kernel/bytes.ts';
import type { Node } from '../../kernel/node.ts';
import { permits } from '../../kernel/node.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import { command } from '../io/command.ts';
import { quote } from '../io/quote.ts';
import type { FindExpression, FindOptions } from './expression.ts';
import { FindEvaluator } from './evaluate.ts';
import { parseFind } from './parse.ts';

/** `find [-HLP] [path…] [expression]` */
export const find = command(function* (context) {
  const { paths, expression, options } = parseFind(context);
  const evaluator = new FindEvaluator(context, options);
  for (const path of paths) {
    try {
      const node = context.process.files.node(path, context.process, options.follows);
      yield* visit(context, evaluator, { path, node, depth: 0 }, expression, options);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* context.complain(`${quote(path)}: ${error.message}`);
      context.status = 1;
    }
    if (evaluator.hasQuit) break;
  }
  yield* evaluator.finish();
  return undefined;
});

interface Visited {
  path: Bytes;
  node: Node;
  depth: number;
}

function* visit(
  context: CommandContext,
  evaluator: FindEvaluator,
  entry: Visited,
  expression: FindExpression,
  options: FindOptions,
): Task<void> {
  const isTested = entry.depth >= options.minDepth;
  if (isTested && !options.depthFirst) yield* evaluator.holds(expression, entry);
  const isPruned = evaluator.takePrune();
  if (!evaluator.hasQuit && entry.node.kind === 'directory' && !isPruned && entry.depth < options.maxDepth)
    yield* descend(context, evaluator, entry, expression, options);
  if (!evaluator.hasQuit && isTested && options.depthFirst) yield* evaluator.holds(expression, entry);
}

function* descend(
  context: CommandContext,
  evaluator: FindEvaluator,
  { path, node, depth }: Visited,
  expression: FindExpression,
  options: FindOptions,
): Task<void> {
  if (node.kind !== 'directory') return;
  if (!permits(node, context.process.user, 4)) {
    yield* context.complain(`${quote(path)}: ${new SystemError('EACCES').message}`);
    context.status = 1;
    return;
  }
  for (const [name, child] of [...node.entries]) {
    const childPath = path.endsWith('/') ? path + name : `${path}/${name}`;
    const seen = options.follows ? (context.process.files.find(childPath, context.process) ?? child) : child;
    yield* visit(context, evaluator, { path: childPath, node: seen, depth: depth + 1 }, expression, options);
    if (evaluator.hasQuit) return;
  }
}
