import { Broadcast } from './broadcast.ts';
import type { Bytes } from './bytes.ts';
import { OpenFile } from './open-file.ts';
import { SystemError } from './system-error.ts';
import type { Task } from './task.ts';

const CAPACITY_BYTES = 65_536;

/** What the two ends of a pipe share. */
class Channel {
  data: Bytes = '';
  hasReader = true;
  hasWriter = true;
  readonly changed = new Broadcast();
}

class ReadEnd extends OpenFile {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    super();
    this.#channel = channel;
  }

  *read(limit: number): Task<Bytes> {
    const channel = this.#channel;
    while (channel.data === '' && channel.hasWriter) yield channel.changed.wait;
    const data = channel.data.slice(0, limit);
    channel.data = channel.data.slice(data.length);
    channel.changed.notify();
    return data;
  }

  *write(_data: Bytes): Task<void> {
    throw new SystemError('EBADF');
  }

  protected override close(): void {
    this.#channel.hasReader = false;
    this.#channel.changed.notify();
  }
}

class WriteEnd extends OpenFile {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    super();
    this.#channel = channel;
  }

  *read(_limit: number): Task<Bytes> {
    throw new SystemError('EBADF');
  }

  *write(data: Bytes): Task<void> {
    const channel = this.#channel;
    for (let rest = data; ;) {
      if (!channel.hasReader) throw new SystemError('EPIPE');
      const room = CAPACITY_BYTES - channel.data.length;
      if (room > 0) {
        channel.data += rest.slice(0, room);
        rest = rest.slice(room);
        channel.changed.notify();
      }
      if (rest === '') return;
      yield channel.changed.wait;
    }
  }

  protected override close(): void {
    this.#channel.hasWriter = false;
    this.#channel.changed.notify();
  }
}

/** A new pipe: what is written to one end is read from the other, and writers wait while 64 KiB lie unread. */
export function createPipe(): { reader: OpenFile; writer: OpenFile } {
  const channel = new Channel();
  return { reader: new ReadEnd(channel), writer: new WriteEnd(channel) };
}
