import type { MachineExamination } from '../detect.ts';
import { connectMachine, settingsHere } from './machine.ts';
import { findProblems, lookAtMachine } from './preflight.ts';
import type { KindSettings } from './settings.ts';

export interface ExamineOptions {
  env: Readonly<Record<string, string | undefined>>;
  configFile: string;
  cacheFolder: string;
  flags?: Partial<KindSettings>;
  /** What the scenario needs beside Argo Rollouts. */
  needs?: readonly string[];
}

/** Whether a kind cluster can be made on this machine, and why, in a few words. */
export async function examineMachine({ needs = [], ...options }: ExamineOptions): Promise<MachineExamination> {
  const settings = await settingsHere(options);
  const machine = await connectMachine({ ...options, onInterrupt: () => () => undefined });
  const facts = await lookAtMachine(machine, undefined, settings, needs);
  const problems = findProblems(facts, settings, { name: '', policyFolder: '' });
  if (problems.length > 0) return { works: false, problems, because: problems.map(({ what }) => what).join(', ') };
  const docker = 'version' in facts.docker ? facts.docker.version : '';
  return { works: true, problems, because: `Docker ${docker} and kind ${facts.kind ?? ''} are here` };
}
