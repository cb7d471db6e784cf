/** The releases of the advisories service, each an image. */
export const ADVISORIES_RELEASES = ['1.0'] as const;
