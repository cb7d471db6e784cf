import type { Program } from '../kernel/process.ts';
import { bash, sh } from './sh.ts';

/** Loads a program's module the first time that it runs. */
const LOADERS: Readonly<Record<string, () => Promise<Program>>> = {
  cat: async () => (await import('./cat.ts')).cat,
};

const loaded = new Map<string, Program>([
  ['sh', sh],
  ['dash', sh],
  ['bash', bash],
]);

/** The code of a program by name: at once when it has been loaded, else a promise; undefined for one that is not modelled. */
export function findProgramCode(name: string): Program | Promise<Program> | undefined {
  const program = loaded.get(name);
  if (program) return program;
  const loader = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  return loader?.().then((code) => {
    loaded.set(name, code);
    return code;
  });
}
