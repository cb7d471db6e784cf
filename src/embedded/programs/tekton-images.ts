/** The image that brings Tekton's entrypoint into the pods of tasks; its name ends in a hash of the program's import path, as ko builds it. */
export const ENTRYPOINT_IMAGE = 'ghcr.io/tektoncd/pipeline/entrypoint-bff0a22da108bc2f16c818c97641a296:v1.6.0';

/** The image whose shell puts scripts into the pods of tasks. */
export const SHELL_IMAGE = 'cgr.dev/chainguard/busybox@sha256:19f02276bf8dbdd62f069b922f10c65262cc34b710eea26ff928129a736be791';
