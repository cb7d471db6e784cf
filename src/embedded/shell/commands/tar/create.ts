import type { Bytes } from '../../kernel/bytes.ts';
import { CannotSimulate } from '../../kernel/cannot-simulate.ts';
import { permits, type Node } from '../../kernel/node.ts';
import { joinPath } from '../../kernel/path.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import { userName } from '../identity.ts';
import type { CommandContext } from '../io/command.ts';
import { packEnd, packMember, type Member } from './archive.ts';
import { giveUp, mustBeDirectory, printable, SafeNames, type TarJob } from './job.ts';

/** Writes an archive. Answers whether everything that was named is in it. */
export function* createArchive(context: CommandContext, job: TarJob): Task<boolean> {
  const writer = yield* openWriter(context, job);
  yield* mustBeDirectory(context, job);
  for (const name of job.names) yield* writer.add(name);
  yield* writer.finish();
  return writer.isComplete;
}

function* openWriter(context: CommandContext, job: TarJob): Task<ArchiveWriter> {
  if (job.archive === '-') return new ArchiveWriter(context, job, 1, undefined);
  try {
    const descriptor = context.process.open(job.archive, { write: true, create: true, truncate: true });
    return new ArchiveWriter(context, job, descriptor, context.process.files.find(job.archive, context.process));
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* giveUp(context, `${job.archive}: Cannot open: ${error.message}`);
  }
}

class ArchiveWriter {
  isComplete = true;
  readonly #context: CommandContext;
  readonly #job: TarJob;
  readonly #descriptor: number;
  /** The archive's own file. */
  readonly #own: Node | undefined;
  readonly #names: SafeNames;
  #writtenBytes = 0;

  constructor(context: CommandContext, job: TarJob, descriptor: number, own: Node | undefined) {
    this.#context = context;
    this.#job = job;
    this.#descriptor = descriptor;
    this.#own = own;
    this.#names = new SafeNames(context);
  }

  /** A file, or a directory with everything in it. */
  *add(name: Bytes): Task<void> {
    const { files } = this.#context.process;
    try {
      yield* this.#addNode(name, files.node(joinPath(this.#job.directory, name), this.#context.process, false));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* this.#miss(`${name}: Cannot stat: ${error.message}`);
    }
  }

  *finish(): Task<void> {
    yield* this.#write(packEnd(this.#writtenBytes));
    this.#context.close(this.#descriptor);
  }

  *#addNode(name: Bytes, node: Node): Task<void> {
    if (node === this.#own) yield* this.#context.complain(`${name}: file is the archive; not dumped`);
    else if (node.kind === 'directory') yield* this.#addDirectory(name.endsWith('/') ? name : `${name}/`, node);
    else if (node.kind === 'symlink') yield* this.#addMember(name, node, { kind: 'symlink', target: node.target });
    else if (node.kind !== 'file' || node.program !== undefined) throw new CannotSimulate(`tar: packing ${name} is not modelled`);
    else if (permits(node, this.#context.process.user, 4)) yield* this.#addMember(name, node, { kind: 'file', content: node.content });
    else yield* this.#miss(`${name}: Cannot open: Permission denied`);
  }

  *#addDirectory(name: Bytes, node: Node & { kind: 'directory' }): Task<void> {
    yield* this.#addMember(name, node, { kind: 'directory' });
    if (!permits(node, this.#context.process.user, 4)) {
      yield* this.#miss(`${name.replace(/\/$/, '')}: Cannot open: Permission denied`);
      return;
    }
    for (const [entry, child] of [...node.entries]) yield* this.#addNode(name + entry, child);
  }

  *#addMember(name: Bytes, { mode, user, modifiedMs }: Node, rest: Pick<Member, 'kind'> & Partial<Member>): Task<void> {
    const safeName = yield* this.#names.safe(name);
    if (this.#job.isVerbose) yield* this.#tell(name);
    const owner = userName(this.#context.process, user) ?? '';
    const facts = { name: safeName, mode, user, owners: `${owner}/${owner}`, modifiedMs };
    yield* this.#write(packMember({ content: '', target: '', ...facts, ...rest }));
  }

  /** Names do not get into an archive that goes to standard output. */
  *#tell(name: Bytes): Task<void> {
    if (this.#descriptor === 1) yield* this.#context.writeError(`${printable(name)}\n`);
    else yield* this.#context.writeLine(printable(name));
  }

  *#miss(message: Bytes): Task<void> {
    this.isComplete = false;
    yield* this.#context.complain(message);
  }

  *#write(data: Bytes): Task<void> {
    this.#writtenBytes += data.length;
    yield* this.#context.process.write(this.#descriptor, data);
  }
}
