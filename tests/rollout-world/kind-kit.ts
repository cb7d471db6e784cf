import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { hasProgram } from '../support/has-program.ts';
import { KindCluster } from './kind-cluster.ts';
import { IMAGE, WEB_IMAGES } from './manifests.ts';

const CONTROLLER_IMAGE = 'quay.io/argoproj/argo-rollouts:v1.10.1';
const REPOSITORY = new URL('../../', import.meta.url).pathname;

/** What a real cluster is made of. */
export interface KindKit {
  nodeImage: string;
  rolloutsManifest: string;
}

/** The kit that the environment tells of; undefined, and a line that says why, where there is none. */
export function findKindKit(env: NodeJS.ProcessEnv): KindKit | undefined {
  const { LAB_NODE_IMAGE: nodeImage, LAB_ROLLOUTS_MANIFEST: rolloutsManifest } = env;
  if (!nodeImage || !rolloutsManifest) {
    console.warn('skipped: what needs a real cluster with LAB_NODE_IMAGE and LAB_ROLLOUTS_MANIFEST');
    return undefined;
  }
  const programs: [string, string][] = [
    ['kind', 'version'],
    ['docker', 'info'],
    ['kubectl', 'version --client'],
  ];
  return programs.every(([name, args]) => hasProgram(name, ...args.split(' '))) ? { nodeImage, rolloutsManifest } : undefined;
}

/** A real cluster with Argo Rollouts and the images of these programs in it. */
export class RealCluster {
  readonly cluster: KindCluster;
  readonly #name: string;
  readonly #folder: string;
  readonly #isOurs: boolean;

  private constructor(cluster: KindCluster, name: string, folder: string, isOurs: boolean) {
    this.cluster = cluster;
    this.#name = name;
    this.#folder = folder;
    this.#isOurs = isOurs;
  }

  /** Makes one, unless there is one of that name, which is then used as it is and left. */
  static async provide(name: string, { nodeImage, rolloutsManifest }: KindKit): Promise<RealCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'lab-real-'));
    const kubeconfig = join(folder, 'kubeconfig');
    const isThere = (await command('kind', 'get', 'clusters')).split('\n').includes(name);
    if (isThere) await command('kind', 'export', 'kubeconfig', '--name', name, '--kubeconfig', kubeconfig);
    else {
      await command('kind', 'create', 'cluster', '--name', name, '--image', nodeImage, '--wait', '120s', '--kubeconfig', kubeconfig);
      await install(name, kubeconfig, rolloutsManifest);
    }
    return new RealCluster(await KindCluster.connect(kubeconfig), name, folder, !isThere);
  }

  async release(): Promise<void> {
    this.cluster.client.close();
    if (this.#isOurs) await command('kind', 'delete', 'cluster', '--name', this.#name, '--kubeconfig', join(this.#folder, 'kubeconfig'));
    await rm(this.#folder, { recursive: true });
  }
}

async function install(name: string, kubeconfig: string, manifest: string): Promise<void> {
  for (const [image, release] of WEB_IMAGES) {
    const file = 'src/apps/shop/Dockerfile';
    await command('docker', 'build', '-q', '-f', join(REPOSITORY, file), '--build-arg', `RELEASE=${release}`, '-t', image, REPOSITORY);
  }
  const images = [CONTROLLER_IMAGE, IMAGE, ...WEB_IMAGES.map(([image]) => image)];
  await command('kind', 'load', 'docker-image', '--name', name, ...images);
  const kubectl = (...args: string[]) => command('kubectl', '--kubeconfig', kubeconfig, ...args);
  await kubectl('create', 'namespace', 'argo-rollouts');
  await kubectl('apply', '--server-side', '-n', 'argo-rollouts', '-f', manifest);
  await kubectl('rollout', 'status', '-n', 'argo-rollouts', 'deployment/argo-rollouts', '--timeout=180s');
}

async function command(program: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(program, args, { timeoutMs: 300_000 });
  if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return stdout;
}
