/** A pod on the network. */
export interface AttachedPod {
  namespace: string;
  name: string;
}
