import type { Bytes } from '../../kernel/bytes.ts';
import { execute } from '../../kernel/execute.ts';
import { createPipe } from '../../kernel/pipe.ts';
import { exitCode } from '../../kernel/process.ts';
import type { Process } from '../../kernel/process.ts';
import { SystemError } from '../../kernel/system-error.ts';
import type { Task } from '../../kernel/task.ts';
import type { CommandContext } from '../io/command.ts';
import { CommandError } from '../io/command-error.ts';
import { OutputBuffer } from '../io/output-buffer.ts';
import { RecordReader } from './record-reader.ts';
import type { Destination } from './tree.ts';

interface OutputStream {
  buffer: OutputBuffer;
  descriptor: number;
  child: Process | undefined;
}

interface InputStream {
  reader: RecordReader;
  descriptor: number;
  child: Process | undefined;
}

const STANDARD: Readonly<Record<string, number>> = { '-': 1, '/dev/stdout': 1, '/dev/stderr': 2 };

/** The files and commands that a program writes to and reads from, by name. */
export class Streams {
  readonly #context: CommandContext;
  readonly #outputs = new Map<Bytes, OutputStream>();
  readonly #inputs = new Map<Bytes, InputStream>();

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** Prints to standard output, or to a file or command, opening it the first time. */
  *write(destination: { kind: Destination['kind']; name: Bytes } | undefined, text: Bytes): Task<void> {
    const buffer = destination ? (yield* this.#output(destination)).buffer : this.#context.out;
    yield* buffer.write(text);
    if (destination && STANDARD[destination.name] === 2) yield* buffer.flush();
  }

  /** The reader of a file or of a command's output; undefined when the file cannot be opened. */
  *reader(kind: 'file' | 'command', name: Bytes): Task<RecordReader | undefined> {
    const key = `${kind}:${name}`;
    let stream = this.#inputs.get(key);
    if (!stream) {
      stream = kind === 'file' ? this.#openFile(name) : yield* this.#readFrom(name);
      if (!stream) return undefined;
      this.#inputs.set(key, stream);
    }
    return stream.reader;
  }

  /** Closes what has a name; answers the status of a command, -1 when nothing is open. */
  *close(name: Bytes): Task<number> {
    let status = -1;
    const output = this.#outputs.get(name);
    if (output) {
      this.#outputs.delete(name);
      status = yield* this.#closeOutput(output);
    }
    for (const kind of ['file', 'command'] as const) {
      const input = this.#inputs.get(`${kind}:${name}`);
      if (!input) continue;
      this.#inputs.delete(`${kind}:${name}`);
      this.#context.close(input.descriptor);
      status = input.child ? statusOf(yield* this.#context.process.waitFor(input.child)) : 0;
    }
    return status;
  }

  *flush(): Task<void> {
    yield* this.#context.out.flush();
    for (const { buffer } of this.#outputs.values()) yield* buffer.flush();
  }

  /** Waits for the commands that were written to, and flushes everything else after them, as mawk does when it ends. */
  *closeAll(): Task<void> {
    for (const output of this.#outputs.values()) if (output.child) yield* this.#closeOutput(output);
    yield* this.#context.out.flush();
    for (const output of this.#outputs.values()) if (!output.child) yield* this.#closeOutput(output);
    for (const { descriptor } of this.#inputs.values()) this.#context.close(descriptor);
  }

  /** Runs a command as `system` does; answers its status. */
  *run(command: Bytes): Task<number> {
    yield* this.flush();
    const child = this.#context.process.fork((forked) => runShell(forked, command));
    return statusOf(yield* this.#context.process.waitFor(child));
  }

  *#output({ kind, name }: { kind: Destination['kind']; name: Bytes }): Task<OutputStream> {
    let stream = this.#outputs.get(name);
    if (stream) return stream;
    stream = kind === 'command' ? yield* this.#writeTo(name) : this.#create(kind, name);
    this.#outputs.set(name, stream);
    return stream;
  }

  #create(kind: 'file' | 'append', name: Bytes): OutputStream {
    const { process, out } = this.#context;
    const standard = STANDARD[name];
    if (standard === 1) return { buffer: out, descriptor: 1, child: undefined };
    try {
      const mode = kind === 'file' ? { truncate: true } : { append: true };
      const descriptor = standard ?? process.open(name, { write: true, create: true, ...mode });
      return { buffer: new OutputBuffer(process, descriptor), descriptor, child: undefined };
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw new CommandError(`cannot open "${name}" for output (${error.message})`, 2);
    }
  }

  *#writeTo(command: Bytes): Task<OutputStream> {
    const { process } = this.#context;
    yield* this.flush();
    const { reader, writer } = createPipe();
    const descriptor = process.descriptors.add(writer);
    const child = process.fork((forked) => {
      forked.descriptors.set(0, reader);
      forked.descriptors.close(descriptor);
      return runShell(forked, command);
    });
    return { buffer: new OutputBuffer(process, descriptor), descriptor, child };
  }

  *#readFrom(command: Bytes): Task<InputStream> {
    const { process } = this.#context;
    yield* this.flush();
    const { reader, writer } = createPipe();
    const descriptor = process.descriptors.add(reader);
    const child = process.fork((forked) => {
      forked.descriptors.set(1, writer);
      forked.descriptors.close(descriptor);
      return runShell(forked, command);
    });
    return { reader: new RecordReader(process, descriptor), descriptor, child };
  }

  #openFile(name: Bytes): InputStream | undefined {
    const { process } = this.#context;
    try {
      const descriptor = name === '-' || name === '/dev/stdin' ? 0 : process.open(name, { read: true });
      return { reader: new RecordReader(process, descriptor), descriptor, child: undefined };
    } catch (error) {
      if (error instanceof SystemError) return undefined;
      throw error;
    }
  }

  *#closeOutput({ buffer, descriptor, child }: OutputStream): Task<number> {
    yield* buffer.flush();
    this.#context.close(descriptor);
    return child ? statusOf(yield* this.#context.process.waitFor(child)) : 0;
  }
}

/** The exit code, or 256 and the signal's number. */
function statusOf(status: Parameters<typeof exitCode>[0]): number {
  return status.signal === undefined ? status.code : 256 + exitCode(status) - 128;
}

function* runShell(process: Process, command: Bytes): Task<number> {
  return yield* execute(process, '/bin/sh', ['sh', '-c', command], process.environment);
}
