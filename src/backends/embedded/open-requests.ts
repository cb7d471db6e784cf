import { isStream, type AnswerSink, type AnswerStream, type ApiAnswer } from '../../embedded/http/api-call.ts';

/** The requests that a cluster is answering, so that it can be replaced when they are through, and watches of it ended. */
export class OpenRequests {
  readonly #pending = new Set<Promise<ApiAnswer>>();
  readonly #streams = new Set<() => void>();

  /** Keeps an eye on an answer until it is complete. */
  async track(answering: Promise<ApiAnswer>): Promise<ApiAnswer> {
    this.#pending.add(answering);
    try {
      const answer = await answering;
      return isStream(answer.body) ? { ...answer, body: this.#endable(answer.body) } : answer;
    } finally {
      this.#pending.delete(answering);
    }
  }

  /** Ends every stream, and resolves when no answer is outstanding. */
  async finish(): Promise<void> {
    for (const end of [...this.#streams]) end();
    await Promise.allSettled([...this.#pending]);
  }

  #endable(stream: AnswerStream): AnswerStream {
    return {
      open: (sink: AnswerSink) => {
        const end = (): void => {
          this.#streams.delete(end);
          close();
          sink.end();
        };
        this.#streams.add(end);
        const close = stream.open({
          write: (text) => sink.write(text),
          end: () => {
            this.#streams.delete(end);
            sink.end();
          },
          backlogBytes: () => sink.backlogBytes(),
        });
        return () => {
          this.#streams.delete(end);
          close();
        };
      },
    };
  }
}
