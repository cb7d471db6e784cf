import type { Program } from '../kernel/process.ts';
import { bash, sh } from './sh.ts';

type Loader = () => Promise<Program>;

/** Loads a program's module the first time that it runs. */
const LOADERS: Readonly<Record<string, Loader>> = {
  '[': async () => (await import('./test.ts')).test,
  arch: async () => (await import('./identity.ts')).arch,
  awk: async () => (await import('./awk/awk.ts')).awk,
  base64: async () => (await import('./base64.ts')).base64,
  basename: async () => (await import('./names.ts')).basename,
  cat: async () => (await import('./cat.ts')).cat,
  chmod: async () => (await import('./chmod.ts')).chmod,
  cmp: async () => (await import('./compare.ts')).cmp,
  comm: async () => (await import('./compare.ts')).comm,
  cp: async () => (await import('./cp.ts')).cp,
  cut: async () => (await import('./cut.ts')).cut,
  date: async () => (await import('./date.ts')).date,
  diff: async () => (await import('./diff/diff.ts')).diff,
  dirname: async () => (await import('./names.ts')).dirname,
  echo: async () => (await import('./echo.ts')).echo,
  egrep: async () => (await import('./grep/grep.ts')).grepWith('-E'),
  env: async () => (await import('./env.ts')).env,
  expr: async () => (await import('./expr.ts')).expr,
  false: async () => (await import('./true-false.ts')).falseProgram,
  fgrep: async () => (await import('./grep/grep.ts')).grepWith('-F'),
  find: async () => (await import('./find/find.ts')).find,
  fold: async () => (await import('./line-edits.ts')).fold,
  grep: async () => (await import('./grep/grep.ts')).grep,
  head: async () => (await import('./head.ts')).head,
  hostname: async () => (await import('./identity.ts')).hostname,
  id: async () => (await import('./identity.ts')).id,
  kubectl: async () => (await import('../../programs/kubectl/kubectl.ts')).kubectl,
  ln: async () => (await import('./ln.ts')).ln,
  ls: async () => (await import('./ls.ts')).ls,
  mawk: async () => (await import('./awk/awk.ts')).awk,
  md5sum: async () => (await import('./hash-sums.ts')).hashSum('md5'),
  mkdir: async () => (await import('./mkdir.ts')).mkdir,
  mktemp: async () => (await import('./mktemp.ts')).mktemp,
  mv: async () => (await import('./mv.ts')).mv,
  nawk: async () => (await import('./awk/awk.ts')).awk,
  nice: async () => (await import('./run-others.ts')).nice,
  nl: async () => (await import('./line-edits.ts')).nl,
  nohup: async () => (await import('./run-others.ts')).nohup,
  nproc: async () => (await import('./identity.ts')).nproc,
  nuclei: async () => (await import('../../programs/nuclei/nuclei.ts')).nuclei,
  od: async () => (await import('./od.ts')).od,
  paste: async () => (await import('./compare.ts')).paste,
  printenv: async () => (await import('./env.ts')).printenv,
  printf: async () => (await import('./printf.ts')).printf,
  readlink: async () => (await import('./paths.ts')).readlink,
  realpath: async () => (await import('./paths.ts')).realpath,
  rev: async () => (await import('./line-edits.ts')).rev,
  rgrep: async () => (await import('./grep/grep.ts')).grepWith('-r'),
  rm: async () => (await import('./rm.ts')).rm,
  rmdir: async () => (await import('./mkdir.ts')).rmdir,
  sed: async () => (await import('./sed/sed.ts')).sed,
  seq: async () => (await import('./seq.ts')).seq,
  setsid: async () => (await import('./run-others.ts')).setsid,
  sha1sum: async () => (await import('./hash-sums.ts')).hashSum('sha1'),
  sha224sum: async () => (await import('./hash-sums.ts')).hashSum('sha224'),
  sha256sum: async () => (await import('./hash-sums.ts')).hashSum('sha256'),
  sha384sum: async () => (await import('./hash-sums.ts')).hashSum('sha384'),
  sha512sum: async () => (await import('./hash-sums.ts')).hashSum('sha512'),
  sleep: async () => (await import('./sleep.ts')).sleep,
  sort: async () => (await import('./sort.ts')).sort,
  stat: async () => (await import('./stat.ts')).stat,
  stdbuf: async () => (await import('./run-others.ts')).stdbuf,
  sync: async () => (await import('./identity.ts')).sync,
  tac: async () => (await import('./line-edits.ts')).tac,
  tail: async () => (await import('./tail.ts')).tail,
  tar: async () => (await import('./tar/tar.ts')).tar,
  tee: async () => (await import('./tee.ts')).tee,
  'tekton-entrypoint': async () => (await import('../../programs/tekton-entrypoint/tekton-entrypoint.ts')).tektonEntrypoint,
  test: async () => (await import('./test.ts')).test,
  timeout: async () => (await import('./timeout.ts')).timeout,
  touch: async () => (await import('./touch.ts')).touch,
  tr: async () => (await import('./tr.ts')).tr,
  true: async () => (await import('./true-false.ts')).trueProgram,
  truncate: async () => (await import('./truncate.ts')).truncate,
  tty: async () => (await import('./identity.ts')).tty,
  uname: async () => (await import('./identity.ts')).uname,
  uniq: async () => (await import('./uniq.ts')).uniq,
  wc: async () => (await import('./wc.ts')).wc,
  wget: async () => (await import('./wget.ts')).wget,
  which: async () => (await import('./paths.ts')).which,
  whoami: async () => (await import('./identity.ts')).whoami,
  xargs: async () => (await import('./xargs.ts')).xargs,
  yes: async () => (await import('./line-edits.ts')).yes,
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
