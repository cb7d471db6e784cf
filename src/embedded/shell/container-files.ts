import type { FileSpec, SandboxSpec } from './container-process.ts';
import { fromBytes, toBytes } from './kernel/bytes.ts';
import { FileSystem } from './kernel/file-system.ts';
import type { DeviceName, Node } from './kernel/node.ts';
import { joinPath } from './kernel/path.ts';

const DIRECTORIES =
  '/boot /dev/shm /etc /home /media /mnt /opt /root /run /srv /tmp /usr/bin /usr/lib /usr/local/bin /usr/local/sbin /usr/sbin /usr/share /var/lib /var/log /var/tmp';
const LINKS: readonly (readonly [path: string, target: string])[] = [
  ['/bin', 'usr/bin'],
  ['/lib', 'usr/lib'],
  ['/sbin', 'usr/sbin'],
  ['/var/run', '/run'],
  ['/dev/fd', '/proc/self/fd'],
  ['/dev/stdin', '/proc/self/fd/0'],
  ['/dev/stdout', '/proc/self/fd/1'],
  ['/dev/stderr', '/proc/self/fd/2'],
];
const DEVICES: readonly (readonly [name: string, device: DeviceName])[] = [
  ['null', 'null'],
  ['zero', 'zero'],
  ['full', 'full'],
  ['random', 'random'],
  ['urandom', 'random'],
  ['tty', 'tty'],
];
/** Files that every Debian image has, for images that do not bring their own. */
const BASE_FILES: Readonly<Record<string, string>> = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n',
  '/etc/debian_version': '12.12\n',
  '/etc/os-release':
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
};
/** Programs that images install beside the distribution's. */
const LOCAL_PROGRAMS: ReadonlySet<string> = new Set(['kubectl', 'node', 'nuclei']);
const CAPACITY_BYTES = 64 * 1024 * 1024;

/** Lays out a container's root file system: the distribution's skeleton, the image's programs and files, and what is mounted. */
export function createContainerFiles(spec: SandboxSpec, hostname: string, now: () => number): FileSystem {
  const files = new FileSystem({ now, readOnlyPaths: spec.readOnlyPaths.map(toBytes), capacityBytes: CAPACITY_BYTES });
  for (const path of DIRECTORIES.split(' ')) files.installDirectory(path);
  for (const [path, target] of LINKS) files.install(path, { mode: 0o777, symlinkTo: target });
  files.installDirectory('/root').mode = 0o700;
  for (const path of ['/tmp', '/var/tmp', '/dev/shm']) files.installDirectory(path).mode = 0o1777;
  const devices = files.installDirectory('/dev');
  for (const [name, device] of DEVICES) files.createDevice(devices, name, device);
  files.createKernelDirectory('proc');
  files.createKernelDirectory('sys');
  for (const [path, content] of Object.entries(BASE_FILES)) files.install(path, { content, mode: 0o644 });
  files.install('/etc/hostname', { content: `${hostname}\n`, mode: 0o644 });
  for (const program of spec.commands) installProgram(files, program);
  for (const path of spec.directories) installMountPoint(files, toBytes(path));
  if (spec.workingDirectory !== undefined) files.installDirectory(toBytes(spec.workingDirectory));
  for (const [path, file] of Object.entries(spec.files)) installFile(files, path, file);
  return files;
}

/** Puts a file into a container's root file system, replacing what it holds. */
export function installFile(files: FileSystem, path: string, file: FileSpec): void {
  if (file.program !== undefined) files.install(toBytes(path), { mode: file.mode ?? 0o755, program: file.program });
  else if (file.symlinkTo === undefined) files.install(toBytes(path), { content: toBytes(file.content), mode: file.mode ?? 0o644 });
  else files.install(toBytes(path), { mode: 0o777, symlinkTo: toBytes(file.symlinkTo) });
}

/** The files and symbolic links at or below a path, by absolute path; none where the path does not lead. */
export function readFilesBelow(files: FileSystem, path: string): Record<string, FileSpec> {
  const found: Record<string, FileSpec> = {};
  const visit = (at: string, node: Node | undefined): void => {
    if (node?.kind === 'directory') for (const [name, entry] of node.entries) visit(joinPath(at, name), entry);
    else if (node?.kind === 'symlink') found[fromBytes(at)] = { content: '', symlinkTo: fromBytes(node.target) };
    else if (node?.kind === 'file' && node.program !== undefined)
      found[fromBytes(at)] = { content: '', mode: node.mode, program: node.program };
    else if (node?.kind === 'file') found[fromBytes(at)] = { content: fromBytes(node.content), mode: node.mode };
  };
  visit(toBytes(path), files.find(toBytes(path), { workingDirectory: '/', user: 0 }));
  return found;
}

function installProgram(files: FileSystem, name: string): void {
  const directory = LOCAL_PROGRAMS.has(name) ? '/usr/local/bin' : '/usr/bin';
  files.install(`${directory}/${name}`, { mode: 0o755, program: name });
}

/** Volumes are mounted so that any user may write, like an emptyDir; directories of the image keep their mode. */
function installMountPoint(files: FileSystem, path: string): void {
  const existing = files.find(path, { workingDirectory: '/', user: 0 });
  if (existing?.kind !== 'directory') files.installDirectory(path).mode = 0o777;
}
