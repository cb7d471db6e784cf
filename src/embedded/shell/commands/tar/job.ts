import { C_ESCAPES } from '../../../c-escapes.ts';
import type { Bytes } from '../../kernel/bytes.ts';
import type { Task } from '../../kernel/task.ts';
import { UsageError } from '../io/command-error.ts';
import type { CommandContext } from '../io/command.ts';

/** The status after something has gone wrong. */
export const FAILED = 2;

/** What is to be done with an archive, and where. */
export interface TarJob {
  /** `-` is standard input or output. */
  archive: Bytes;
  names: readonly Bytes[];
  /** What names are relative to. */
  directory: Bytes;
  /** The directory as it was written. */
  shownDirectory: Bytes;
  isVerbose: boolean;
  /** Files get the time of extraction. */
  touches: boolean;
  /** Files belong to whoever extracts them, even if that is root. */
  takesOver: boolean;
}

/** Ends the command, for there is nothing that it could go on with. */
export function* giveUp(context: CommandContext, message: Bytes): Task<never> {
  yield* context.complain(message);
  throw unrecoverable(context);
}

/** What ends the command after it has said why. */
export function unrecoverable({ name }: CommandContext): UsageError {
  return new UsageError(`${name}: Error is not recoverable: exiting now`, FAILED);
}

/** Why only now: where there is nothing to be put into it, nobody asks for it. */
export function* mustBeDirectory(context: CommandContext, { directory, shownDirectory }: TarJob): Task<void> {
  const isThere = context.process.files.find(directory, context.process)?.kind === 'directory';
  if (!isThere) yield* giveUp(context, `${shownDirectory}: Cannot open: No such file or directory`);
}

/** A name with escapes for what cannot be seen. */
export function printable(name: Bytes): Bytes {
  return name.replaceAll(/[^ -[\]-~]/g, (byte) => C_ESCAPES[byte] ?? `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** Takes away what would lead out of the folder in which an archive is unpacked, and says so the first time. */
export class SafeNames {
  readonly #context: CommandContext;
  readonly #told = new Set<Bytes>();

  constructor(context: CommandContext) {
    this.#context = context;
  }

  *safe(name: Bytes): Task<Bytes> {
    const [leading] = /^(?:.*?(?:^|\/)\.\.(?=\/|$))*\/*/.exec(name)!;
    if (leading !== '' && !this.#told.has(leading)) {
      this.#told.add(leading);
      yield* this.#context.complain(`Removing leading \`${leading}' from member names`);
    }
    return name.slice(leading.length) || './';
  }
}
