import type { Cancel } from '../../system/clock.ts';
import type { WatchStarter } from '../api/watch.ts';
import type { AnswerStream } from './api-call.ts';
import type { Presenter } from './presenter.ts';

/** A client that leaves this much lying is cut off; it can begin again from the last revision that it saw. */
export const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;

/** The events of a watch as lines of JSON, until it ends, the client goes, or the client does not keep up. */
export function watchStream(start: WatchStarter, presenter: Presenter): AnswerStream {
  return {
    open(sink) {
      let isFirst = true;
      let isOver = false;
      let cancel: Cancel = () => undefined;
      const finish = (): void => {
        if (isOver) return;
        isOver = true;
        cancel();
        sink.end();
      };
      cancel = start({
        event(event) {
          if (isOver) return;
          sink.write(presenter.event(event, isFirst));
          isFirst = false;
          if (sink.backlogBytes() > MAX_BACKLOG_BYTES) finish();
        },
        end: finish,
      });
      if (isOver) cancel();
      return () => {
        isOver = true;
        cancel();
      };
    },
  };
}
