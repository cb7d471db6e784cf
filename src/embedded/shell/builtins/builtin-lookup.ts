import type { Builtin } from '../interpreter/builtin.ts';
import type { Shell } from '../interpreter/shell.ts';
import type { Bytes } from '../kernel/bytes.ts';

/** Finds a built-in of a shell's dialect by name. */
export type BuiltinLookup = (shell: Shell, name: Bytes) => Builtin | undefined;
