import { Broadcast } from './broadcast.ts';
import type { Bytes } from './bytes.ts';
import { CannotSimulate } from './cannot-simulate.ts';
import type { DeviceName, DirectoryNode, FileNode, Node, SymlinkNode } from './node.ts';
import { permits } from './node.ts';
import { isWithin, joinPath } from './path.ts';
import { SystemError } from './system-error.ts';

/** Who looks and from where. */
export interface Viewpoint {
  /** Absolute path without symbolic links. */
  workingDirectory: Bytes;
  user: number;
}

/** Where a path leads: the directory that holds its last name, and what stands there. */
export interface Place {
  directory: DirectoryNode;
  /** Empty for the root directory. */
  name: Bytes;
  node: Node | undefined;
  /** The absolute path without symbolic links. */
  path: Bytes;
}

const LONGEST_NAME = 255;
const MOST_LINKS = 40;

/** The files of one container, in memory. Every method throws SystemError as the system call would. */
export class FileSystem {
  readonly root: DirectoryNode;
  /** Happens whenever the content of some file changes. */
  readonly changed = new Broadcast();
  readonly #now: () => number;
  readonly #readOnlyPaths: readonly Bytes[];
  readonly #capacityBytes: number;
  #usedBytes = 0;
  #nextInode = 1;

  constructor(options: { now: () => number; readOnlyPaths: readonly Bytes[]; capacityBytes: number }) {
    this.#now = options.now;
    this.#readOnlyPaths = options.readOnlyPaths;
    this.#capacityBytes = options.capacityBytes;
    this.root = { ...this.#facts(0o755, 0), kind: 'directory', entries: new Map(), parent: undefined };
  }

  /** Follows a path; the last name may be missing, everything before it must be a directory. `follow` says whether a symbolic link at the end counts as what it points to. */
  locate(path: Bytes, from: Viewpoint, follow = true): Place {
    if (path === '') throw new SystemError('ENOENT');
    return this.#walk(path, from, follow, 0);
  }

  /** The file or directory at a path; throws ENOENT when there is none. */
  node(path: Bytes, from: Viewpoint, follow = true): Node {
    const { node } = this.locate(path, from, follow);
    if (!node) throw new SystemError('ENOENT');
    return node;
  }

  /** Like `node`, but undefined wherever the path does not lead. */
  find(path: Bytes, from: Viewpoint, follow = true): Node | undefined {
    try {
      return this.node(path, from, follow);
    } catch (error) {
      if (error instanceof SystemError) return undefined;
      throw error;
    }
  }

  createFile(place: Place, mode: number, from: Viewpoint): FileNode {
    const file: FileNode = { ...this.#facts(mode, from.user), kind: 'file', content: '' };
    this.#add(place, file, from);
    return file;
  }

  createDirectory(place: Place, mode: number, from: Viewpoint): DirectoryNode {
    if (place.node) throw new SystemError('EEXIST');
    const directory: DirectoryNode = { ...this.#facts(mode, from.user), kind: 'directory', entries: new Map(), parent: place.directory };
    this.#add(place, directory, from);
    return directory;
  }

  createSymlink(place: Place, target: Bytes, from: Viewpoint): SymlinkNode {
    if (place.node) throw new SystemError('EEXIST');
    const link: SymlinkNode = { ...this.#facts(0o777, from.user), kind: 'symlink', target };
    this.#add(place, link, from);
    return link;
  }

  createDevice(directory: DirectoryNode, name: Bytes, device: DeviceName): void {
    directory.entries.set(name, { ...this.#facts(0o666, 0), kind: 'device', device });
  }

  createKernelDirectory(name: Bytes): void {
    this.root.entries.set(name, { ...this.#facts(0o555, 0), kind: 'kernel' });
  }

  /** Gives a file a second name. */
  link(place: Place, node: Node, from: Viewpoint): void {
    if (place.node) throw new SystemError('EEXIST');
    if (node.kind === 'directory') throw new SystemError('EPERM');
    this.#add(place, node, from);
    node.links += 1;
  }

  /** Takes a name that is not a directory away. */
  unlink(place: Place, from: Viewpoint): void {
    if (!place.node) throw new SystemError('ENOENT');
    if (place.node.kind === 'directory') throw new SystemError('EISDIR');
    this.#remove(place, from);
  }

  removeDirectory(place: Place, from: Viewpoint): void {
    if (!place.node) throw new SystemError('ENOENT');
    if (place.node.kind !== 'directory') throw new SystemError('ENOTDIR');
    if (place.name === '') throw new SystemError('EBUSY');
    if (place.node.entries.size > 0) throw new SystemError('ENOTEMPTY');
    this.#remove(place, from);
  }

  rename(source: Place, target: Place, from: Viewpoint): void {
    if (!source.node) throw new SystemError('ENOENT');
    if (source.node === target.node) return;
    this.#mayChange(source, from);
    this.#mayChange(target, from);
    if (source.node.kind === 'directory') this.#mayReplaceWithDirectory(source, target);
    else if (target.node?.kind === 'directory') throw new SystemError('EISDIR');
    if (target.node) this.#remove(target, from);
    source.directory.entries.delete(source.name);
    target.directory.entries.set(target.name, source.node);
    if (source.node.kind === 'directory') source.node.parent = target.directory;
    this.#touch(source.directory);
    this.#touch(target.directory);
  }

  /** Replaces or extends what a file holds; throws ENOSPC when the container's disk is full. */
  setContent(file: FileNode, content: Bytes): void {
    const grown = this.#usedBytes + content.length - file.content.length;
    if (grown > this.#capacityBytes && content.length > file.content.length) throw new SystemError('ENOSPC');
    this.#usedBytes = grown;
    file.content = content;
    this.#touch(file);
    this.changed.notify();
  }

  /** Throws unless the user may change what a path names (its mode, time or content). */
  mayWrite(place: Place, from: Viewpoint): void {
    if (this.isReadOnly(place.path)) throw new SystemError('EROFS');
    if (place.node && !permits(place.node, from.user, 2)) throw new SystemError('EACCES');
  }

  isReadOnly(path: Bytes): boolean {
    return this.#readOnlyPaths.some((readOnly) => isWithin(path, readOnly));
  }

  /** Puts a file where an image, a mount or the kubelet wants it, making the directories above it; asks nobody. */
  install(path: Bytes, file: { content?: Bytes; mode: number; program?: string; symlinkTo?: Bytes }): void {
    const names = path.split('/').filter((name) => name !== '');
    const name = names.pop()!;
    const directory = this.installDirectory(`/${names.join('/')}`);
    const old = directory.entries.get(name);
    if (file.symlinkTo !== undefined) {
      directory.entries.set(name, { ...this.#facts(0o777, 0), kind: 'symlink', target: file.symlinkTo });
      return;
    }
    const node: FileNode = old?.kind === 'file' ? old : { ...this.#facts(file.mode, 0), kind: 'file', content: '' };
    node.mode = file.mode;
    if (file.program !== undefined) node.program = file.program;
    this.#usedBytes += (file.content ?? '').length - node.content.length;
    node.content = file.content ?? '';
    node.modifiedMs = this.#now();
    directory.entries.set(name, node);
  }

  /** Makes a directory and those above it, following symbolic links that are in the way; asks nobody. */
  installDirectory(path: Bytes, mode = 0o755): DirectoryNode {
    let directory = this.root;
    for (const name of path.split('/').filter((part) => part !== '')) {
      let next = directory.entries.get(name);
      if (next?.kind === 'symlink') {
        const target = this.find(next.target, { workingDirectory: this.#pathOf(directory), user: 0 });
        if (target?.kind === 'directory') next = target;
      }
      if (next?.kind !== 'directory') {
        next = { ...this.#facts(mode, 0), kind: 'directory', entries: new Map(), parent: directory };
        directory.entries.set(name, next);
      }
      directory = next;
    }
    return directory;
  }

  #walk(path: Bytes, from: Viewpoint, follow: boolean, links: number): Place {
    const absolute = joinPath(from.workingDirectory, path);
    const names = absolute.split('/').filter((name) => name !== '' && name !== '.');
    const mustBeDirectory = /(^|\/)\.?$/.test(path) && path !== '';
    const trail: { directory: DirectoryNode; name: Bytes }[] = [];
    let current: DirectoryNode = this.root;
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1;
      if (!permits(current, from.user, 1)) throw new SystemError('EACCES');
      if (name === '..') {
        current = trail.pop()?.directory ?? this.root;
        continue;
      }
      if (name.length > LONGEST_NAME) throw new SystemError('ENAMETOOLONG');
      const next = current.entries.get(name);
      if (next?.kind === 'kernel') return this.#kernelPlace(current, next, name, `/${names.slice(index).join('/')}`);
      if (next?.kind === 'symlink' && (!isLast || follow || mustBeDirectory)) {
        if (links >= MOST_LINKS) throw new SystemError('ELOOP');
        const rest = names.slice(index + 1);
        const target = [next.target, ...rest].join('/') + (mustBeDirectory && rest.length === 0 ? '/' : '');
        return this.#walk(target, { ...from, workingDirectory: this.#trailPath(trail) }, follow, links + 1);
      }
      if (isLast) {
        if (mustBeDirectory && next && next.kind !== 'directory') throw new SystemError('ENOTDIR');
        return { directory: current, name, node: next, path: joinPath(this.#trailPath(trail), name) };
      }
      if (!next) throw new SystemError('ENOENT');
      if (next.kind !== 'directory') throw new SystemError('ENOTDIR');
      trail.push({ directory: current, name });
      current = next;
    }
    const last = trail.at(-1);
    return { directory: last?.directory ?? this.root, name: last?.name ?? '', node: current, path: this.#trailPath(trail) };
  }

  /** Names below `/proc` and `/sys` exist on a real machine, so an answer of "no such file" would be made up. */
  #kernelPlace(directory: DirectoryNode, node: Node, name: Bytes, path: Bytes): Place {
    if (path === `/${name}` || /^\/proc\/(self|\d+)\/fd\/\d+$/.test(path)) return { directory, name, node, path };
    throw new CannotSimulate(`the file ${path} is not modelled`);
  }

  #trailPath(trail: readonly { name: Bytes }[]): Bytes {
    return `/${trail.map((step) => step.name).join('/')}`;
  }

  #pathOf(directory: DirectoryNode): Bytes {
    const names: Bytes[] = [];
    for (let current = directory; current.parent; current = current.parent) {
      for (const [name, node] of current.parent.entries) if (node === current) names.unshift(name);
    }
    return `/${names.join('/')}`;
  }

  #add(place: Place, node: Node, from: Viewpoint): void {
    this.#mayChange(place, from);
    place.directory.entries.set(place.name, node);
    place.node = node;
    this.#touch(place.directory);
  }

  #remove(place: Place, from: Viewpoint): void {
    this.#mayChange(place, from);
    const node = place.node!;
    place.directory.entries.delete(place.name);
    node.links -= 1;
    if (node.kind === 'file' && node.links === 0) this.#usedBytes -= node.content.length;
    this.#touch(place.directory);
    place.node = undefined;
  }

  #mayChange(place: Place, from: Viewpoint): void {
    if (this.isReadOnly(place.path)) throw new SystemError('EROFS');
    if (place.name === '') throw new SystemError('EBUSY');
    if (place.node?.kind === 'kernel') throw new SystemError('EBUSY');
    if (!permits(place.directory, from.user, 2)) throw new SystemError('EACCES');
    const isSticky = (place.directory.mode & 0o1000) !== 0;
    if (isSticky && place.node && from.user !== 0 && ![place.node.user, place.directory.user].includes(from.user))
      throw new SystemError('EPERM');
  }

  #mayReplaceWithDirectory(source: Place, target: Place): void {
    if (isWithin(target.path, source.path)) throw new SystemError('EINVAL');
    if (!target.node) return;
    if (target.node.kind !== 'directory') throw new SystemError('ENOTDIR');
    if (target.node.entries.size > 0) throw new SystemError('ENOTEMPTY');
  }

  #touch(node: Node): void {
    node.modifiedMs = this.#now();
  }

  #facts(mode: number, user: number): { inode: number; mode: number; user: number; modifiedMs: number; links: number } {
    return { inode: this.#nextInode++, mode, user, modifiedMs: this.#now(), links: 1 };
  }
}
