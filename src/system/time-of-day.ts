const DAY_MS = 86_400_000;

/**
 * How long until clocks in a time zone next show a time of day such as `02:50`, in milliseconds; a whole day when they show it now.
 * On a day on which they skip it, until an hour beside it. Throws RangeError for a zone that is not known.
 */
export function untilTimeOfDayMs(nowMs: number, time: string, timeZone: string): number {
  const wantedMs = millisecondsOf(time.split(':').map(Number));
  const aheadMs = (fromMs: number): number => (wantedMs - localMs(fromMs, timeZone) + DAY_MS) % DAY_MS;
  const firstMs = aheadMs(nowMs) || DAY_MS;
  // Why: clocks may be put forward or back on the way.
  const offMs = aheadMs(nowMs + firstMs);
  return firstMs + (offMs > DAY_MS / 2 ? offMs - DAY_MS : offMs);
}

/** Milliseconds since local midnight. */
function localMs(epochMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  return millisecondsOf(format.format(epochMs).split(':').map(Number)) + (epochMs % 1000);
}

function millisecondsOf([hours = 0, minutes = 0, seconds = 0]: number[]): number {
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
