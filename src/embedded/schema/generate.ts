import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import type { Json } from '../../system/json.ts';
import { readArgoRolloutsCrds } from './generate/argo-crds.ts';
import { readBuiltInTypes } from './generate/builtin-types.ts';
import { dataModule } from './generate/data-module.ts';
import { shareSubtrees } from './generate/share-subtrees.ts';
import { readTektonCrds } from './generate/tekton-crds.ts';

/**
 * Writes src/embedded/schema/data from a Go module cache: `npm run generate:schema -- "$(go env GOMODCACHE)"`.
 * With `--check` it writes nothing and fails when the files are not what it would write.
 */
const DATA_FOLDER = 'src/embedded/schema/data';

const options = argv.slice(2);
const moduleCache = options.find((option) => !option.startsWith('--'));
if (moduleCache === undefined) throw new Error('usage: npm run generate:schema -- GO_MODULE_CACHE [--check]');

for (const [file, text] of Object.entries(generate(moduleCache))) {
  const path = join(DATA_FOLDER, file);
  if (options.includes('--check')) {
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text)
      throw new Error(`${path} is not what the sources say: run npm run generate:schema`);
  } else {
    mkdirSync(DATA_FOLDER, { recursive: true });
    writeFileSync(path, text);
  }
}

function generate(cache: string): Record<string, string> {
  const { kinds, types } = readBuiltInTypes(cache);
  const rollouts = shareSubtrees(readArgoRolloutsCrds(cache));
  const tekton = shareSubtrees(readTektonCrds(cache));
  return {
    'builtin-types.ts': dataModule('builtinTypesJson', { kinds, types: types as unknown as Json }),
    'argo-rollouts-crds.ts': dataModule('argoRolloutsCrdsJson', { ...rollouts }),
    'tekton-crds.ts': dataModule('tektonCrdsJson', { ...tekton }),
  };
}
