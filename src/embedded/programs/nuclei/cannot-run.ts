import { CannotSimulate } from '../../shell/kernel/cannot-simulate.ts';
import { otherProtocols } from './read-template.ts';
import type { ExtractorSpec, HttpSpec, MatcherSpec, Template } from './template.ts';

/** Keys of a request that change what real nuclei does and that the embedded one does not act on. */
const REFUSED_REQUEST_KEYS = ['payloads', 'race', 'race_count', 'pipeline', 'unsafe', 'fuzzing', 'analyzer', 'iterate-all'];
const REFUSED_MATCHERS: readonly (string | undefined)[] = ['dsl', 'xpath'];
const REFUSED_EXTRACTORS: readonly (string | undefined)[] = ['dsl', 'xpath', 'json'];

/** Throws CannotSimulate when a template that is about to run needs a part of nuclei that is not modelled: better no verdict than a wrong one. */
export function mustBeSimulable(template: Template): void {
  const { spec, requests, id } = template;
  const refuse = (what: string): never => {
    throw new CannotSimulate(`nuclei template ${id}: ${what} is not modelled`);
  };
  for (const protocol of otherProtocols(template)) refuse(`the protocol ${protocol}`);
  if (spec.flow !== undefined) refuse('flow');
  if (template.source.includes('interactsh')) refuse('interactsh');
  for (const request of requests) mustBeSimulableRequest(request, refuse);
}

function mustBeSimulableRequest(request: HttpSpec, refuse: (what: string) => never): void {
  for (const key of REFUSED_REQUEST_KEYS) if (isUsed(request[key])) refuse(key);
  if (isUsed(request['digest-username'])) refuse('digest authentication');
  if (request.raw?.some((raw) => /^@(timeout|tls-sni|Host|once)/im.test(raw))) refuse('an annotation of a raw request');
  for (const matcher of request.matchers ?? []) mustBeSimulableMatcher(matcher, refuse);
  for (const extractor of request.extractors ?? []) mustBeSimulableExtractor(extractor, refuse);
}

function mustBeSimulableMatcher({ type }: MatcherSpec, refuse: (what: string) => never): void {
  if (REFUSED_MATCHERS.includes(type)) refuse(`a matcher of type ${type}`);
}

function mustBeSimulableExtractor({ type }: ExtractorSpec, refuse: (what: string) => never): void {
  if (REFUSED_EXTRACTORS.includes(type)) refuse(`an extractor of type ${type}`);
}

function isUsed(value: unknown): boolean {
  return value !== undefined && value !== false && value !== 0 && value !== '' && !(Array.isArray(value) && value.length === 0);
}
