export interface Product {
  id: string;
  name: string;
  priceCents: number;
  /** Unpublished products are not to be seen by customers. */
  isPublished: boolean;
}

export const PRODUCTS: readonly Product[] = [
  { id: 'teapot', name: 'Cast iron teapot', priceCents: 5900, isPublished: true },
  { id: 'kettle', name: 'Gooseneck kettle', priceCents: 7450, isPublished: true },
  { id: 'grinder', name: 'Hand coffee grinder', priceCents: 8900, isPublished: true },
  { id: 'mug', name: 'Stoneware mug', priceCents: 1650, isPublished: true },
  { id: 'filter', name: 'Paper filter, 100 pieces', priceCents: 490, isPublished: true },
  { id: 'sampler', name: 'Tea sampler, not announced yet', priceCents: 2400, isPublished: false },
];

/** A price as customers read it. */
export function formatPrice(cents: number): string {
  return `€ ${(cents / 100).toFixed(2)}`;
}
