/** The releases of the GitOps agent, each an image. */
export const GITOPS_RELEASES = ['1.0'] as const;
