import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json } from '../../../system/json.ts';
import { stripDescriptions, type Crd } from './crd-source.ts';
import { MODULES } from './go-packages.ts';

const KINDS = ['pipeline', 'pipelinerun', 'task', 'taskrun'];
/** What the release manifest puts where the sources say `devel`. */
const RELEASE = MODULES.tekton.slice(MODULES.tekton.indexOf('@') + 1);

/**
 * The CustomResourceDefinitions of Task, TaskRun, Pipeline and PipelineRun, without descriptions. Only the version `v1` is kept: the older one
 * needs a webhook that converts.
 */
export function readTektonCrds(moduleCache: string): Json[] {
  return KINDS.map((kind) => {
    const text = readFileSync(join(moduleCache, MODULES.tekton, `config/300-crds/300-${kind}.yaml`), 'utf8');
    const crd = parse(text.replaceAll('"devel"', `"${RELEASE}"`)) as Crd;
    crd.spec.versions = crd.spec.versions.filter(({ name }) => name === 'v1');
    delete crd.spec.conversion;
    stripDescriptions(crd);
    return crd as unknown as Json;
  });
}
