import { ADVISORIES_RELEASES } from '../../apps/advisories/releases.ts';
import { ORDERS_RELEASES } from '../../apps/orders/releases.ts';
import { RELEASES } from '../../apps/shop/releases.ts';
import type { LabApp } from './lab-images.ts';

/** The apps that labs ship; each release of each is an image. */
export const LAB_APPS: readonly LabApp[] = [
  { image: 'lab/shop', name: 'shop', releases: Object.keys(RELEASES) },
  { image: 'lab/orders', name: 'orders', releases: ORDERS_RELEASES },
  { image: 'lab/advisories', name: 'advisories', releases: ADVISORIES_RELEASES },
];
