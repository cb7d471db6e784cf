/** Error numbers of the system calls that programs in a container make. */
export type ErrorCode = keyof typeof DESCRIPTIONS;

const DESCRIPTIONS = {
  E2BIG: 'Argument list too long',
  EACCES: 'Permission denied',
  EBADF: 'Bad file descriptor',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EINTR: 'Interrupted system call',
  EINVAL: 'Invalid argument',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENOENT: 'No such file or directory',
  ENOEXEC: 'Exec format error',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  ENXIO: 'No such device or address',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  EROFS: 'Read-only file system',
  ESRCH: 'No such process',
} as const;

/** A system call that failed; `message` is the text that `strerror` gives. */
export class SystemError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(DESCRIPTIONS[code]);
    this.name = 'SystemError';
    this.code = code;
  }
}
