/** The releases of the image that pipelines deploy with, each an image. */
export const DEPLOYER_RELEASES = ['1.0'] as const;
