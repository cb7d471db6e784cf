/** One line of what Docker tells while it pulls. */
export interface PullEvent {
  /** A layer, or nothing for what is said of the whole image. */
  id?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number };
  error?: string;
}

/** Adds up what Docker tells of each layer while an image is pulled. */
export class PullProgress {
  readonly #layers = new Map<string, { isDone: boolean; current: number; total: number }>();

  /** Takes note of an event; answers the state of the whole in words. */
  note({ id, status = '', progressDetail }: PullEvent): string {
    if (id !== undefined && !status.startsWith('Pulling from')) {
      const layer = this.#layers.get(id) ?? { isDone: false, current: 0, total: 0 };
      if (status === 'Downloading') {
        layer.current = progressDetail?.current ?? layer.current;
        layer.total = progressDetail?.total ?? layer.total;
      } else if (status === 'Download complete') layer.current = layer.total;
      else if (status === 'Pull complete' || status === 'Already exists') layer.isDone = true;
      this.#layers.set(id, layer);
    }
    return this.#summary(status);
  }

  #summary(status: string): string {
    const layers = [...this.#layers.values()];
    if (layers.length === 0) return status;
    const done = layers.filter(({ isDone }) => isDone).length;
    const current = layers.reduce((sum, layer) => sum + layer.current, 0);
    const total = layers.reduce((sum, layer) => sum + layer.total, 0);
    const bytes = total > 0 ? `, ${megabytes(current)} of ${megabytes(total)}` : '';
    return `${done} of ${layers.length} layers${bytes}`;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}
