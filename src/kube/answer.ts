import { ClusterError } from '../errors.ts';
import type { Status } from './types/meta.ts';

/** The JSON body of a successful answer; throws a ClusterError in the server's words for any other. */
export function readAnswer<T>(request: string, status: number, body: string): T {
  if (status >= 300) throw refusal(request, status, body);
  try {
    return JSON.parse(body) as T;
  } catch (cause) {
    throw new ClusterError(`the answer to ${request} is not JSON: ${firstLine(body)}`, { status, cause });
  }
}

/** The error in an answer that is not a success. `request` says what was asked, such as `GET /api/v1/pods`. */
export function refusal(request: string, code: number, body: string): ClusterError {
  const status = statusIn(body);
  if (status) return statusError(status, code);
  return new ClusterError(`${request} was answered with ${code}${body.trim() ? `: ${firstLine(body)}` : ''}`, { status: code });
}

/** The same for a Status object that arrived in another way, as in a watch. */
export function statusError(status: Status, code: number | undefined = status.code): ClusterError {
  return new ClusterError(status.message ?? status.reason ?? 'the server refused without saying why', {
    ...(code !== undefined && { status: code }),
    ...(status.reason !== undefined && { reason: status.reason }),
    causes: status.details?.causes ?? [],
  });
}

/** Whether a 404 says that the object is missing, not that the server has no such resource. */
export function saysObjectIsMissing(body: string): boolean {
  return statusIn(body)?.details?.name !== undefined;
}

function statusIn(body: string): Status | undefined {
  try {
    const value = JSON.parse(body) as Partial<Status> | null;
    return value?.kind === 'Status' ? (value as Status) : undefined;
  } catch {
    return undefined;
  }
}

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
