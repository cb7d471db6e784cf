/** The releases of the orders service, each an image. */
export const ORDERS_RELEASES = ['1.0'] as const;
