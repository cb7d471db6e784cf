import { badRequest } from '../api/api-error.ts';
import { goQuote } from '../go-quote.ts';

const UNITS = ['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'];

/** Refuses a `timeout` in a query that is no duration of Go's. Models apiserver endpoints/filters WithRequestDeadline. */
export function requireReadableTimeout(query: URLSearchParams): void {
  const text = query.get('timeout') ?? '';
  if (text === '') return;
  const problem = durationProblem(text);
  if (problem !== undefined) throw badRequest(`invalid timeout specified in the request URL - time: ${problem} ${goQuote(text)}`);
}

function durationProblem(text: string): string | undefined {
  const unsigned = text.replace(/^[-+]/, '');
  if (unsigned === '0') return undefined;
  const parts = [...unsigned.matchAll(/(\d+\.?\d*|\.\d+)([^\d.]*)/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== unsigned) return 'invalid duration';
  for (const [, , unit] of parts) {
    if (unit === '') return 'missing unit in duration';
    if (!UNITS.includes(unit!)) return `unknown unit ${goQuote(unit!)} in duration`;
  }
  return undefined;
}
