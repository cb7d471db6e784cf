import { rm } from 'node:fs/promises';
import { makePrivateFolder } from '../system/files.ts';
import type { LabPaths } from './paths.ts';
import { readVersioned, writeVersioned, type VersionedFormat } from './versioned-file.ts';

/** What the lab is working on. */
export interface Session {
  version: 1;
  /** Name of the kind of cluster. */
  backend: string;
  scenario: SessionScenario;
  /** RFC 3339. */
  startedAt: string;
  /** Set while a scenario is being planted, so that an interrupted start is told from a finished one. */
  isPlanted: boolean;
}

/** What every command needs to know of the scenario without reading its files. */
export interface SessionScenario {
  id: string;
  title: string;
  namespace: string;
  production: { rollout: string; container: string; image: string; activeService: string; previewService: string };
}

const FORMAT: VersionedFormat = {
  version: 1,
  what: 'session',
  isValid: ({ backend, scenario, isPlanted }) =>
    typeof backend === 'string' && typeof isPlanted === 'boolean' && typeof (scenario as SessionScenario | undefined)?.id === 'string',
  remedy: 'Type `lab stop --delete` to clear it away, then `lab start <scenario>`.',
};

/** The session; undefined when no scenario was ever started, or it was deleted. */
export async function readSession({ sessionFile }: LabPaths): Promise<Session | undefined> {
  return readVersioned<Session>(sessionFile, FORMAT);
}

export async function writeSession({ home, sessionFile }: LabPaths, session: Session): Promise<void> {
  await makePrivateFolder(home);
  await writeVersioned(sessionFile, session);
}

export async function deleteSession({ sessionFile }: LabPaths): Promise<void> {
  await rm(sessionFile, { force: true });
}
