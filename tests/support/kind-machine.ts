import { execFileSync } from 'node:child_process';

/** Whether kind clusters can be made here with images that are at hand; says so visibly when not, because then tests that need one are skipped. */
export function hasKindMachine(): boolean {
  const missing = [
    ...(process.env['LAB_NODE_IMAGE'] ? [] : ['LAB_NODE_IMAGE, the image of a node,']),
    ...(answers('docker', 'info') ? [] : ['Docker']),
    ...['kind', 'kubectl', 'kubectl-argo-rollouts'].filter((name) => !answers(name, name === 'kubectl' ? '--help' : 'version')),
  ];
  if (missing.length === 0) return true;
  console.warn(`skipped: tests that need a real kind cluster, because of what is not here: ${missing.join(', ')}`);
  return false;
}

/** Whether such clusters can be made, and have Tekton Pipelines, too; says so visibly when not. */
export function hasTektonMachine(): boolean {
  return hasKindMachine() && hasTektonManifest();
}

/** Whether Tekton Pipelines can be installed from what is at hand; says so visibly when not. */
export function hasTektonManifest(): boolean {
  if (process.env['LAB_TEKTON_MANIFEST']) return true;
  console.warn('skipped: tests that need Tekton Pipelines on kind, for there is no LAB_TEKTON_MANIFEST');
  return false;
}

function answers(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}
