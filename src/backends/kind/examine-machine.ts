import { connectDocker } from '../../system/docker.ts';
import type { MachineExamination } from '../detect.ts';
import { readBundled } from './bundle/bundled.ts';
import { KindProgram } from './kind-program.ts';
import { findProblems, lookAtMachine } from './preflight.ts';
import { readSettings, type KindSettings } from './settings.ts';

export interface ExamineOptions {
  env: Readonly<Record<string, string | undefined>>;
  configFile: string;
  cacheFolder: string;
  flags?: Partial<KindSettings>;
  /** What the scenario needs beside Argo Rollouts. */
  needs?: readonly string[];
}

/** Whether a kind cluster can be made on this machine, and why, in a few words. */
export async function examineMachine({ env, configFile, cacheFolder, flags, needs = [] }: ExamineOptions): Promise<MachineExamination> {
  const bundled = await readBundled(cacheFolder);
  const settings = await readSettings({ env, configFile, bundled: bundled.settings, ...(flags && { flags }) });
  const kind = new KindProgram({ path: bundled.kindPath ?? 'kind', env, onInterrupt: () => () => undefined });
  const facts = await lookAtMachine({ docker: await connectDocker(env), kind }, undefined, settings, needs);
  const problems = findProblems(facts, settings, { name: '', policyFolder: '' });
  if (problems.length > 0) return { works: false, problems, because: problems.map(({ what }) => what).join(', ') };
  const docker = 'version' in facts.docker ? facts.docker.version : '';
  return { works: true, problems, because: `Docker ${docker} and kind ${facts.kind ?? ''} are here` };
}
