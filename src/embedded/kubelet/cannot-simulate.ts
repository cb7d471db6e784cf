/** Something that a container needed and the sandbox does not model. */
export interface CannotSimulate {
  namespace: string;
  pod: string;
  container: string;
  message: string;
}
