import type { KubeObject } from '../../src/kube/types/meta.ts';

const HASH_LABEL = 'rollouts-pod-template-hash';

/**
 * Names that differ from run to run, and what a history calls them instead: `h1`, `h2` for the template hashes in the order in which
 * their ReplicaSets came, the name of an AnalysisRun for its uid, `<pod>` for the random end of a pod's name.
 */
export class Names {
  readonly #byReal = new Map<string, string>();
  #hashes = 0;

  /** Learns the names that an object brings. */
  learn(object: KubeObject): void {
    const { metadata } = object;
    if (metadata.namespace) this.#byReal.set(metadata.namespace, '<namespace>');
    const hash = metadata.labels?.[HASH_LABEL];
    if (object.kind === 'ReplicaSet' && hash !== undefined && !this.#byReal.has(hash)) this.#byReal.set(hash, `h${(this.#hashes += 1)}`);
    if (object.kind === 'AnalysisRun' && metadata.uid) this.#byReal.set(metadata.uid, metadata.name);
    if (object.kind === 'Pod' && metadata.generateName) this.#byReal.set(metadata.name, `${metadata.generateName}<pod>`);
  }

  /** A text with the names that it is known by in every run. */
  plain(text: string): string {
    let plain = text;
    // Why longest first and twice: the name of a pod contains that of its ReplicaSet, a uid stands for a name that contains a hash.
    const known = [...this.#byReal].sort(([a], [b]) => b.length - a.length);
    for (let round = 0; round < 2; round += 1) for (const [real, name] of known) plain = plain.replaceAll(real, name);
    return plain;
  }

  /** `h1` for a hash. */
  hash(hash: string | undefined): string {
    return hash === undefined || hash === '' ? '' : this.plain(hash);
  }
}

/** A message without what a registry that cannot be reached answers, which is its own affair. */
export function withoutPullError(message: string): string {
  return message.replace(/has terminal error \((?:ErrImagePull|ImagePullBackOff)\): .*?("?)$/s, 'has terminal error (<pull>): <why>$1');
}
