/** How long the node takes for things, in milliseconds: about what an unhurried real one does. */
export const Timing = {
  /** The scheduler finds a node for a pod. */
  scheduleMs: 8,
  /** The kubelet hears of a pod. */
  reactionMs: 20,
  /** A pod's volumes are mounted; every pod of a real cluster has one at least. */
  mountMs: 200,
  /** A pod's sandbox gets its network. */
  sandboxMs: 300,
  /** An image that is there is looked up. */
  imageCheckMs: 10,
  /** An image is pulled for the first time. */
  pullMs: 1_000,
  /** A registry says no. */
  failedPullMs: 400,
  /** A container is created from its image. */
  createMs: 60,
  /** A created container starts. */
  startMs: 80,
  /** The kubelet notices that a container's state changed (PLEG relists every second). */
  noticeMs: 500,
  /** Volumes begin to be mounted. */
  mountReactionMs: 100,
  /** A pod that is over goes on to the next part of its end (the kubelet looks for those every second). */
  transitionMs: 700,
  /** A pod's sandbox is stopped. */
  sandboxStopMs: 100,
  /** The object of a pod that has ended is deleted. */
  deletionMs: 100,
  /** The kubelet looks again at a pod with which something is wrong (10 s and up to half as much again). */
  retryMs: 13_000,
  /** Changed ConfigMaps and Secrets reach volumes this often. */
  refreshMs: 60_000,
  /** A volume that could not be set up is tried again after this, then after twice as long each time, up to the longest. */
  firstMountRetryMs: 500,
  longestMountRetryMs: 122_000,
  /** How long the kubelet waits for volumes before it complains and begins again. */
  mountTimeoutMs: 123_000,
} as const;
