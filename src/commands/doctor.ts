import { EnvironmentError, LabError, type EnvironmentProblem } from '../errors.ts';
import { run } from '../system/exec.ts';
import { isWritableFolder } from '../system/files.ts';
import { readProgress } from '../session/progress.ts';
import { readSession } from '../session/session.ts';
import type { CommandContext } from './context.ts';

/** What one look at the machine found. */
export interface Finding {
  what: string;
  /** `missing` keeps the lab from working; `optional` is something that would be nice to have. */
  state: 'fine' | 'optional' | 'missing';
  detail: string;
  /** What to do about it. */
  remedy?: string;
}

const OLDEST_NODE = [20, 19] as const;
const SIGNS = { fine: '✔', optional: '·', missing: '✖' } as const;
const TONES = { fine: 'good', optional: 'faint', missing: 'bad' } as const;

/** `lab doctor`: what this machine has, and what to do about what it lacks. Rejects with EnvironmentError when something needed is missing. */
export async function doctor(context: CommandContext, { isJson }: { isJson: boolean }): Promise<number> {
  const { io } = context;
  const looks = await Promise.all([folders(context), session(context), kindCluster(context), kubectl(), plugin()]);
  const findings = [node(context), ...looks.flat()];
  const problems = findings
    .filter(({ state }) => state === 'missing')
    .map(({ what, detail, remedy }) => problem(`${what}: ${detail}`, remedy));
  if (isJson) io.line(JSON.stringify({ findings, isFine: problems.length === 0 }, undefined, 2));
  else for (const finding of findings) tell(context, finding);
  if (problems.length > 0) throw new EnvironmentError('this machine lacks something that the lab needs', { problems });
  if (!isJson) io.line('\nThe lab can run here.');
  return 0;
}

function problem(what: string, remedy = ''): EnvironmentProblem {
  return { what, remedy };
}

function tell({ io }: CommandContext, { what, state, detail, remedy }: Finding): void {
  io.line(`${io.paint(SIGNS[state], TONES[state])} ${what.padEnd(20)} ${detail}`);
  if (remedy !== undefined) io.line(`${' '.repeat(23)}${io.paint(remedy, 'faint')}`);
}

function node({ io }: CommandContext): Finding {
  const [major = 0, minor = 0] = io.nodeVersion.split('.').map(Number);
  const isNewEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const detail = `${io.nodeVersion} on ${io.platform}`;
  if (isNewEnough) return { what: 'Node', state: 'fine', detail };
  return { what: 'Node', state: 'missing', detail: `${detail} is too old`, remedy: `Install Node ${OLDEST_NODE.join('.')} or later.` };
}

async function folders({ paths }: CommandContext): Promise<Finding[]> {
  const places: [string, string, string][] = [
    ['State', paths.home, 'LAB_HOME'],
    ['Workspace', paths.workspaceRoot, 'LAB_WORKSPACE'],
  ];
  return Promise.all(
    places.map(async ([what, folder, variable]): Promise<Finding> => {
      if (await isWritableFolder(folder)) return { what, state: 'fine', detail: folder };
      const remedy = `Make it writable, or point ${variable} at another folder.`;
      return { what, state: 'missing', detail: `${folder} cannot be written`, remedy };
    }),
  );
}

async function session(context: CommandContext): Promise<Finding> {
  const what = 'Session';
  try {
    await readProgress(context.paths);
    const found = await readSession(context.paths);
    if (!found) return { what, state: 'fine', detail: 'no scenario started' };
    const { scenario, backend, isPlanted } = found;
    if (!isPlanted)
      return {
        what,
        state: 'optional',
        detail: `the start of ${scenario.id} was not finished`,
        remedy: `Type \`lab start ${scenario.id}\`.`,
      };
    const cluster = await (await context.loadBackend(backend)).open(scenario.id);
    cluster?.close();
    if (cluster) return { what, state: 'fine', detail: `${scenario.id} on ${backend}, running` };
    return {
      what,
      state: 'fine',
      detail: `${scenario.id} on ${backend}, not running`,
      remedy: `\`lab start ${scenario.id}\` goes on with it.`,
    };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { what, state: 'missing', detail: error.message, ...(error.hint !== undefined && { remedy: error.hint }) };
  }
}

/** Everything that keeps a kind cluster from working is optional: the embedded one needs none of it. */
async function kindCluster(context: CommandContext): Promise<Finding[]> {
  const { because, problems } = await context.examineKind();
  if (problems.length === 0) return [{ what: 'kind cluster', state: 'fine', detail: because }];
  const remedyOf = (remedy: string): string => `Needed for \`--backend kind\` only. ${remedy}`;
  return problems.map(({ what, remedy }) => ({ what: 'kind cluster', state: 'optional', detail: what, remedy: remedyOf(remedy) }));
}

function kubectl(): Promise<Finding> {
  const remedy = 'Not needed; `lab` can do everything. Worth having: https://kubernetes.io/docs/tasks/tools/';
  return program('kubectl', ['version', '--client'], remedy);
}

function plugin(): Promise<Finding> {
  const remedy = 'Not needed; `lab rollout` does the same. Worth having: https://argo-rollouts.readthedocs.io/en/stable/installation/';
  return program('kubectl-argo-rollouts', ['version', '--short'], remedy);
}

async function program(name: string, args: string[], remedy: string): Promise<Finding> {
  try {
    const { exitCode, stdout } = await run(name, args, { timeoutMs: 10_000 });
    const version = /v\d+\.\d+\.\d+/.exec(stdout)?.[0];
    if (exitCode === 0) return { what: name, state: 'fine', detail: version ?? 'there' };
    return { what: name, state: 'optional', detail: `ends with exit code ${exitCode}`, remedy };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { what: name, state: 'optional', detail: 'not on the PATH', remedy };
  }
}
