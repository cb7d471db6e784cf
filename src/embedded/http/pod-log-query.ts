import type { Pod } from '../../kube/types/core.ts';
import type { StatusCause } from '../../kube/types/meta.ts';
import { badRequest, invalid } from '../api/api-error.ts';
import type { PodLogOptions } from '../api/pod-ports.ts';
import { isTrue } from './request-info.ts';

/** Throws 400 or 422 for a query that no pod could answer. Models core/v1/validation ValidatePodLogOptions. */
export function refuseLogQuery(pod: string, query: URLSearchParams): void {
  const sinceTime = query.get('sinceTime');
  const numbers = numberOptions(query);
  if (sinceTime !== null) parseTime(sinceTime);
  refuse(pod, numbers, { hasSinceTime: sinceTime !== null, hasStream: query.has('stream') });
}

function numberOptions(query: URLSearchParams): Partial<PodLogOptions> {
  return { ...numberOption(query, 'tailLines'), ...numberOption(query, 'sinceSeconds'), ...numberOption(query, 'limitBytes') };
}

/** Reads the query of GET pods/x/log; throws 400 in the server's words. Models registry/core/pod/rest/log.go. */
export function readLogOptions(pod: Pod, query: URLSearchParams): PodLogOptions {
  const sinceTime = query.get('sinceTime');
  return {
    container: containerOf(pod, query.get('container') ?? ''),
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    ...numberOptions(query),
    ...(sinceTime !== null && { sinceTimeMs: parseTime(sinceTime) }),
  };
}

function numberOption(query: URLSearchParams, name: string): Record<string, number> {
  const text = query.get(name);
  if (text === null || text === '') return {};
  if (!/^[-+]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return { [name]: Number(text) };
}

function parseTime(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs))
    throw badRequest(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`);
  return timeMs;
}

function refuse(
  pod: string,
  { tailLines, sinceSeconds, limitBytes }: Partial<PodLogOptions>,
  { hasSinceTime, hasStream }: { hasSinceTime: boolean; hasStream: boolean },
): void {
  const causes: StatusCause[] = [];
  const tooSmall = (field: string, value: number, rule: string): void => {
    causes.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${rule}`, field });
  };
  if (tailLines !== undefined && tailLines < 0) tooSmall('tailLines', tailLines, 'must be greater than or equal to 0');
  if (limitBytes !== undefined && limitBytes < 1) tooSmall('limitBytes', limitBytes, 'must be greater than 0');
  if (sinceSeconds !== undefined && hasSinceTime) {
    const message = 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified';
    causes.push({ reason: 'FieldValueForbidden', message, field: '[]' });
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) tooSmall('sinceSeconds', sinceSeconds, 'must be greater than 0');
  // Why: streams cannot be told apart unless a feature is on.
  if (hasStream) causes.push({ reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified', field: 'stream' });
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, pod, causes);
}

/** The container that is meant: the named one, or the only one. Models registry/core/pod validateContainer. */
export function containerOf({ metadata, spec }: Pod, asked: string): string {
  const names = spec.containers.map(({ name }) => name);
  const initNames = (spec.initContainers ?? []).map(({ name }) => name);
  const debugNames = ((spec['ephemeralContainers'] ?? []) as { name: string }[]).map(({ name }) => name);
  if (asked !== '') {
    if ([...names, ...initNames, ...debugNames].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  if (names.length === 1) return names[0]!;
  if (names.length === 0) throw badRequest(`a container name must be specified for pod ${metadata.name}`);
  const choices = [
    `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`,
    ...(initNames.length > 0 ? [`or one of the init containers: [${initNames.join(' ')}]`] : []),
    ...(debugNames.length > 0 ? [`or one of the ephemeral containers: [${debugNames.join(' ')}]`] : []),
  ];
  throw badRequest(choices.join(' '));
}
