import type { Bytes } from './bytes.ts';
import { CannotSimulate } from './cannot-simulate.ts';
import type { Place } from './file-system.ts';
import type { DeviceName } from './node.ts';
import { permits } from './node.ts';
import { DeviceFile } from './open-file.ts';
import type { OpenFile } from './open-file.ts';
import type { Process } from './process.ts';
import type { Access } from './regular-file.ts';
import { RegularFile } from './regular-file.ts';
import { SystemError } from './system-error.ts';

/** What `open` is asked for. */
export interface OpenMode extends Access {
  create?: boolean;
  truncate?: boolean;
  /** Fails when the file exists. */
  exclusive?: boolean;
  /** Permission bits of a file that is made, before the umask; 0o666 unless said. */
  permissions?: number;
}

/** Opens a path as `open(2)` does, devices and `/proc/…/fd/…` included. */
export function openFile(process: Process, path: Bytes, mode: OpenMode): OpenFile {
  const place = process.files.locate(path, process);
  if (place.node?.kind === 'kernel') return reopenDescriptor(process, place.path, mode);
  if (!place.node) return createFile(process, place, mode);
  if (mode.exclusive) throw new SystemError('EEXIST');
  return openNode(process, place, mode);
}

function createFile(process: Process, place: Place, mode: OpenMode): OpenFile {
  if (!mode.create) throw new SystemError('ENOENT');
  const file = process.files.createFile(place, (mode.permissions ?? 0o666) & ~process.umask, process);
  return new RegularFile(process.files, file, mode);
}

function openNode(process: Process, place: Place, mode: OpenMode): OpenFile {
  const node = place.node!;
  if (node.kind === 'directory' && (mode.write || mode.create)) throw new SystemError('EISDIR');
  if (mode.read && !permits(node, process.user, 4)) throw new SystemError('EACCES');
  if (node.kind === 'device') return openDevice(process, node.device);
  if (mode.write) process.files.mayWrite(place, process);
  if (node.kind === 'directory') return new OpenDirectory();
  if (node.kind !== 'file') throw new SystemError('ENXIO');
  if (node.program !== undefined && mode.read) throw new CannotSimulate(`reading the program file ${place.path} is not modelled`);
  if (mode.truncate) process.files.setContent(node, '');
  return new RegularFile(process.files, node, mode);
}

function openDevice(process: Process, device: DeviceName): OpenFile {
  switch (device) {
    case 'null':
      return new DeviceFile(undefined);
    case 'zero':
      return new DeviceFile((limit) => '\0'.repeat(limit));
    case 'full':
      return new DeviceFile((limit) => '\0'.repeat(limit), true);
    case 'random':
      return new DeviceFile((limit) => process.kernel.random.bytes(limit));
    case 'tty':
      throw new SystemError('ENXIO');
  }
}

/** `/dev/stdout`, `/proc/1/fd/2` and their like: the same pipe or stream again, or the same file anew. */
function reopenDescriptor(process: Process, path: Bytes, mode: OpenMode): OpenFile {
  const [, , owner, , descriptor] = path.split('/');
  const process_ = owner === 'self' ? process : process.kernel.process(Number(owner));
  if (descriptor === undefined) throw new CannotSimulate(`the directory ${path} is not modelled`);
  if (!process_?.descriptors.has(Number(descriptor))) throw new SystemError('ENOENT');
  const file = process_.descriptors.get(Number(descriptor));
  if (!(file instanceof RegularFile)) return file;
  if (mode.truncate) process.files.setContent(file.node, '');
  return new RegularFile(process.files, file.node, mode);
}

class OpenDirectory extends DeviceFile {
  constructor() {
    super(() => {
      throw new SystemError('EISDIR');
    });
  }
}
