import type { KubeObject } from '../../../kube/types/meta.ts';
import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts';
import type { Task } from '../../shell/kernel/task.ts';
import type { CommandContext } from '../../shell/commands/io/command.ts';
import { ApiConnection } from './api-connection.ts';
import type { Flags } from './flags.ts';
import { KubectlError } from './kubectl-error.ts';
import { pathOf, ResourceTypes, type ResourceType } from './resource-types.ts';

/** An object that a command line names. */
export interface Target {
  type: ResourceType;
  namespace: string | undefined;
  name: string;
  path: string;
}

/** One run of kubectl: its flags, its connection, and what it prints. */
export class KubectlSession {
  readonly context: CommandContext;
  readonly flags: Flags;
  readonly api: ApiConnection;
  readonly types: ResourceTypes;

  constructor(context: CommandContext, flags: Flags) {
    this.context = context;
    this.flags = flags;
    this.api = new ApiConnection(context.process);
    this.types = new ResourceTypes(this.api);
  }

  get namespace(): string {
    return this.flags.get('namespace') ?? this.api.namespace;
  }

  *print(line: string): Task<void> {
    yield* this.context.write(toBytes(`${line}\n`));
    yield* this.context.out.flush();
  }

  now(): number {
    return this.context.process.kernel.host.now();
  }

  /** The objects that words such as `deployment/shop` or `deployment shop web` name; answers none where only a type is named. */
  *targets(words: readonly string[]): Task<{ targets: Target[]; types: ResourceType[] }> {
    const targets: Target[] = [];
    if (words.length === 0) throw new KubectlError('You must specify the type of resource to get.');
    if (words.some((word) => word.includes('/'))) {
      for (const word of words) {
        const [type = '', name = ''] = word.split('/');
        if (name === '')
          throw new KubectlError(
            'there is no need to specify a resource type as a separate argument when passing arguments in resource/name form',
          );
        targets.push(this.target(yield* this.types.byName(type), name));
      }
      return { targets, types: [] };
    }
    const types: ResourceType[] = [];
    for (const type of words[0]!.split(',')) types.push(yield* this.types.byName(type));
    for (const name of words.slice(1)) targets.push(this.target(types[0]!, name));
    return { targets, types: targets.length > 0 ? [] : types };
  }

  /** The one object that the words name. */
  *target1(words: readonly string[]): Task<Target> {
    const { targets } = yield* this.targets(words);
    const [target] = targets;
    if (!target) throw new KubectlError('resource(s) were provided, but no name was specified');
    return target;
  }

  /** The objects of a type that `--selector` chooses, in the namespace that is meant. */
  *selected(type: ResourceType): Task<Target[]> {
    const { items = [] } = yield* this.api.request<{ items?: KubeObject[] }>('GET', this.selectionPath(type, this.namespace));
    return items.map(({ metadata }) => this.target(type, metadata.name));
  }

  /** The path of a collection, narrowed down to what `--selector` chooses. */
  selectionPath(type: ResourceType, namespace: string | undefined): string {
    const selector = this.flags.get('selector');
    return pathOf(type, namespace) + (selector === undefined ? '' : `?labelSelector=${encodeURIComponent(selector)}`);
  }

  target(type: ResourceType, name: string, namespace = this.namespace): Target {
    const place = type.isNamespaced ? namespace : undefined;
    return { type, namespace: place, name, path: pathOf(type, place, name) };
  }

  *readText(path: string): Task<string> {
    if (path === '-') return fromBytes(yield* this.context.readAll(0));
    const node = this.context.process.files.find(toBytes(path), this.context.process);
    if (!node) throw new KubectlError(`the path "${path}" does not exist`);
    if (node.kind !== 'file') throw new KubectlError(`the path "${path}" cannot be read`);
    return fromBytes(node.content);
  }
}
