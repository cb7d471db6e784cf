import type { ClusterAnswer, ClusterRequest } from '../../apps/gitops/cluster-api.ts';
import type { GitHistory } from '../../apps/gitops/git-history.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '../network/http.ts';
import type { Clock } from '../../system/clock.ts';

/** A container image as the embedded cluster knows it: what it contains, without the containing. */
export interface Image {
  /** Full reference, such as `docker.io/lab/shop:1.0`. */
  reference: string;
  /** `sha256:…`, the same for the same content. */
  digest: string;
  entrypoint: readonly string[];
  cmd: readonly string[];
  env: Readonly<Record<string, string>>;
  workingDirectory: string;
  /** Whether the image runs as root. */
  user: number;
  /** Files by absolute path. */
  files: Readonly<Record<string, string>>;
  /** Programs that a shell in this image finds. */
  commands: readonly string[];
  /** Programs elsewhere, by absolute path: the name of what runs. */
  programs?: Readonly<Record<string, string>>;
  /** Server programs by the whole command line that starts them, such as `node /app/main.js`: run beside the cluster, not in a sandbox. */
  servers: Readonly<Record<string, ServerProgram>>;
}

/** A server of the project that a container runs, such as the shop. */
export type ServerProgram = (context: ServerContext) => RunningServer;

export interface ServerContext {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  hostname: string;
  /** The pod's namespace. */
  namespace: string;
  clock: Clock;
  /** When the container started: earlier than now when the cluster was restarted around it. */
  startedAtMs: number;
  /** Writes a line to the container's log. */
  log(line: string): void;
  /** Opens a port on the pod's IP. */
  listen(port: number, handler: HttpHandler): void;
  /** Asks somebody on the network, as the pod; rejects with NetworkError when nobody answers. */
  fetch(request: HttpRequest): Promise<HttpResponse>;
  /** Ends the container. */
  exit(code: number): void;
  /** Reads a mounted file; undefined when it is not there. */
  readFile(path: string): string | undefined;
  /** Asks the cluster's API, as the pod's service account. */
  callApi(request: ClusterRequest): Promise<ClusterAnswer>;
  /** A branch of a Git repository that the machine shares with the cluster; undefined when there is no such one. */
  readRepository(name: string, branch: string): Promise<GitHistory | undefined>;
}

export interface RunningServer {
  /** SIGTERM: the server is expected to call `exit`; its ports are closed for it when it does. */
  terminate(): void;
}

/** The images that can be pulled. */
export interface ImageCatalog {
  /** Undefined for an image that does not exist: ErrImagePull. */
  resolve(reference: string): Image | undefined;
}
