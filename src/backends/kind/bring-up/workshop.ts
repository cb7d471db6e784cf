import type { Docker } from '../../../system/docker.ts';
import type { ClusterPlaces } from '../cluster-record.ts';
import type { KindProgram } from '../kind-program.ts';
import type { LabApp } from '../lab-images.ts';

/** What a bring-up works with. */
export interface Workshop {
  docker: Docker;
  kind: KindProgram;
  places: ClusterPlaces;
  apps: readonly LabApp[];
  /** Whether Tekton Pipelines is to be installed, too. */
  hasTekton: boolean;
  /** Where lab is installed. */
  installFolder: string;
  cacheFolder: string;
  /** Folder on this machine that pods may read. */
  sharedFolder?: string;
}
