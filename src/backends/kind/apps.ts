import { ADVISORIES_RELEASES } from '../../apps/advisories/releases.ts';
import { DEPLOYER_RELEASES } from '../../apps/deployer/releases.ts';
import { ORDERS_RELEASES } from '../../apps/orders/releases.ts';
import { GITOPS_RELEASES } from '../../apps/gitops/releases.ts';
import { RELEASES } from '../../apps/shop/releases.ts';
import type { LabApp } from './lab-images.ts';

/** What the agent reads Git and manifests with; its Dockerfile copies the same. */
const GITOPS_PACKAGES = ['isomorphic-git/index.umd.min.js', 'yaml'];

/** The apps that labs ship; each release of each is an image. */
export const LAB_APPS: readonly LabApp[] = [
  { image: 'lab/shop', name: 'shop', releases: Object.keys(RELEASES) },
  { image: 'lab/orders', name: 'orders', releases: ORDERS_RELEASES },
  { image: 'lab/advisories', name: 'advisories', releases: ADVISORIES_RELEASES },
  { image: 'lab/gitops', name: 'gitops', releases: GITOPS_RELEASES, packages: GITOPS_PACKAGES },
  { image: 'lab/deployer', name: 'deployer', releases: DEPLOYER_RELEASES, need: 'tekton', hasNodeImage: true },
];

/** Those of them that a scenario with these needs can ask for. */
export function appsFor(needs: readonly string[]): LabApp[] {
  return LAB_APPS.filter(({ need }) => need === undefined || needs.includes(need));
}
