import { createHash } from 'node:crypto';
import type { Step } from '../types.ts';

const FOLDER = '/tekton/scripts';
const DEFAULT_PREAMBLE = '#!/bin/sh\nset -e\n';

/** Where the script of a step lies in its pod; the real one makes the end of the name up. */
export function scriptPath(runName: string, index: number): string {
  const suffix = createHash('sha256').update(`${runName}/${index}`).digest('hex').slice(0, 5);
  return `${FOLDER}/script-${index}-${suffix}`;
}

/** The shell program that puts the scripts of the steps where the steps look for them; undefined when no step has one. Models pkg/pod/script.go. */
export function placeScripts(steps: readonly Step[], runName: string): string | undefined {
  const parts = steps.flatMap(({ script }, index) => (script ? [placeScript(script, scriptPath(runName, index))] : []));
  return parts.length > 0 ? parts.join('') : undefined;
}

/** Encoded, so that nothing on the way takes a dollar sign for a variable. */
function placeScript(script: string, path: string): string {
  const text = script.trim().startsWith('#!') ? script : DEFAULT_PREAMBLE + script;
  const lines = [
    `scriptfile="${path}"`,
    'touch ${scriptfile} && chmod +x ${scriptfile}',
    "cat > ${scriptfile} << '_EOF_'",
    Buffer.from(text, 'utf8').toString('base64'),
    '_EOF_',
    '/tekton/bin/entrypoint decode-script "${scriptfile}"',
  ];
  return `${lines.join('\n')}\n`;
}
