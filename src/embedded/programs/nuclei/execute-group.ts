import type { Process } from '../../shell/kernel/process.ts';
import type { Task } from '../../shell/kernel/task.ts';
import type { Options } from './cli/options.ts';
import type { TemplateGroup } from './cluster-templates.ts';
import { evaluateOperators, type ResponseData } from './evaluate-operators.ts';
import type { FindingWriter } from './finding-writer.ts';
import { findingsFrom } from './finding.ts';
import type { HostErrors } from './host-errors.ts';
import type { Answer } from './http/answer.ts';
import { dumpHead } from './http/answer.ts';
import { buildRequest, type PreparedRequest, type RequestSettings } from './http/build-request.ts';
import { curlCommand, dumpRequest, type BuiltRequest } from './http/built-request.ts';
import { CookieJar } from './http/cookie-jar.ts';
import { responseData, type Exchange } from './http/response-data.ts';
import { send, type SendOutcome, type Transport } from './http/send.ts';
import type { LoadedRequest, LoadedTemplate } from './load-templates.ts';
import type { Logger } from './logger.ts';
import type { RateLimit } from './rate-limit.ts';
import type { HttpSpec } from './template.ts';
import { unresolvedNames, type Variables } from './variables.ts';
import { TemplateError } from './yaml/decode.ts';

/** What every execution of a scan shares. */
export interface Scan {
  process: Process;
  options: Options;
  settings: RequestSettings;
  logger: Logger;
  writer: FindingWriter;
  hostErrors: HostErrors;
  rateLimit: RateLimit;
}

const DEFAULT_MAX_REDIRECTS = 10;
const LONGEST_BODY = 10 * 1024 * 1024;
const LONGEST_SAVED_RESPONSE = 1024 * 1024;

/** Runs templates that share their requests against one target: request by request, in their order. Writes what they find. */
export function* executeGroup(scan: Scan, group: TemplateGroup, target: string): Task<void> {
  if (scan.hostErrors.isGivenUp(target)) return;
  yield* new GroupExecution(scan, group, target).run();
}

/** One group of templates on one target. */
class GroupExecution {
  readonly #scan: Scan;
  readonly #group: TemplateGroup;
  readonly #first: LoadedTemplate;
  readonly #target: string;
  readonly #cookies = new CookieJar();
  /** What earlier requests of the template left for parts such as `body_1`. */
  readonly #history: ResponseData = {};
  /** What internal extractors found. */
  #dynamicValues: Variables = {};
  #requestNumber = 0;
  #hasMatched = false;

  constructor(scan: Scan, group: TemplateGroup, target: string) {
    this.#scan = scan;
    this.#group = group;
    this.#first = group.members[0]!;
    this.#target = target;
  }

  *run(): Task<void> {
    for (const [index, request] of this.#first.requests.entries()) {
      const problem = yield* this.#runRequest(request, index);
      if (problem === undefined) this.#scan.hostErrors.answered(this.#target);
      else yield* this.#complain(problem);
    }
  }

  /** Sends every path of an entry of `http`; answers why that failed, if it did. */
  *#runRequest(request: LoadedRequest, index: number): Task<string | undefined> {
    const { spec } = request;
    let problem: string | undefined;
    this.#requestNumber = 0;
    for (const text of spec.path?.length ? spec.path : (spec.raw ?? [])) {
      yield* this.#scan.rateLimit.take();
      this.#requestNumber += 1;
      const outcome = yield* this.#attempt(request, index, text);
      problem = outcome.problem ?? problem;
      const stops = this.#scan.options.stopsAtFirstMatch || this.#first.template.spec['stop-at-first-match'] || spec['stop-at-first-match'];
      if (outcome.isLast || (stops && this.#hasMatched)) break;
    }
    return problem;
  }

  *#attempt(request: LoadedRequest, index: number, text: string): Task<{ isLast: boolean; problem?: string }> {
    let prepared: PreparedRequest;
    try {
      prepared = this.#prepare(request.spec, text);
    } catch (error) {
      if (error instanceof TemplateError) return { isLast: true, problem: error.message };
      throw error;
    }
    const url = prepared.request.url.toString();
    if (this.#scan.hostErrors.isGivenUp(url)) return { isLast: true };
    const missing = unresolvedNames(dumpRequest(prepared.request));
    if (missing.length > 0 && request.spec['skip-variables-check'] !== true) {
      const names = missing.join(',');
      yield* this.#scan.logger.warning(
        `[${this.#group.id}] Could not make http request for ${this.#target}: unresolved variables found: ${names}`,
      );
      return { isLast: true };
    }
    const outcome: SendOutcome = yield* send(prepared.request, this.#transport(request.spec));
    if (outcome.failure) {
      this.#scan.hostErrors.failed(url, outcome.failure);
      const { cause, detail } = outcome.failure;
      return { isLast: false, problem: `cause="${cause}" chain="${detail}got err while executing ${url}"` };
    }
    yield* this.#scan.logger.verbose(`[${this.#group.id}] Sent HTTP request to ${url}`);
    yield* this.#judge(request, index, prepared, outcome.answers);
    return { isLast: false };
  }

  #prepare(spec: HttpSpec, text: string): PreparedRequest {
    const { variables = {}, constants = {} } = this.#first.template.spec;
    return buildRequest(spec, text, this.#target, { variables, constants }, this.#dynamicValues, this.#scan.settings);
  }

  /** Looks at the answers from the last to the first of a chain of redirects. */
  *#judge(request: LoadedRequest, index: number, prepared: PreparedRequest, answers: readonly Answer[]): Task<void> {
    for (const answer of answers) {
      const exchange = this.#describe(prepared.request, answer, answers);
      const data = { ...prepared.variables, ...this.#history, ...responseData(answer, exchange) };
      if (this.#needsHistory(request)) {
        for (const [key, value] of Object.entries(responseData(answer, exchange))) {
          data[`${key}_${this.#requestNumber}`] = value;
          this.#history[`${key}_${this.#requestNumber}`] = value;
        }
      }
      const hasFound = yield* this.#applyOperators(index, data, exchange);
      this.#rememberForNextRequests(request.spec.id ?? `http_${index + 1}`, data);
      const stops =
        this.#scan.options.stopsAtFirstMatch || this.#first.template.spec['stop-at-first-match'] || request.spec['stop-at-first-match'];
      if (stops && hasFound) return;
    }
  }

  *#applyOperators(index: number, data: ResponseData, exchange: Exchange): Task<boolean> {
    let hasFound = false;
    for (const member of this.#group.members) {
      const { operators } = member.requests[index]!;
      const result = operators && evaluateOperators(operators, data);
      if (!operators || !result) continue;
      if (member === this.#first) this.#hasMatched = result.isMatched;
      const hasExtracted = result.extracts.size > 0 || result.outputExtracts.length > 0;
      if (!hasExtracted) this.#learn(result.dynamicValues);
      const isInternal = this.#group.members.length === 1 && result.isMatched && operators.matchers.every((matcher) => matcher.isInternal);
      const common = { template: member.template, encodedTemplate: this.#first.template, exchange };
      const effective = hasExtracted ? { ...result, dynamicValues: new Map<string, string[]>() } : result;
      for (const finding of findingsFrom(operators, effective, common)) {
        hasFound = true;
        if (!isInternal) yield* this.#scan.writer.write(finding);
      }
    }
    return hasFound;
  }

  #learn(dynamicValues: ReadonlyMap<string, readonly string[]>): void {
    const values = [...dynamicValues].map(([name, [value = '']]) => [name, value] as const);
    this.#dynamicValues = { ...this.#dynamicValues, ...Object.fromEntries(values) };
  }

  /** With several entries of `http`, each can look at the parts of those before it, as `http_1_body`. */
  #rememberForNextRequests(id: string, data: ResponseData): void {
    if (this.#first.requests.length < 2) return;
    for (const [key, value] of Object.entries(data)) if (!Object.hasOwn(this.#history, key)) this.#history[`${id}_${key}`] ??= value;
  }

  #needsHistory({ operators }: LoadedRequest): boolean {
    return [...(operators?.matchers ?? []), ...(operators?.extractors ?? [])].some(({ part }) => /_\d+/.test(part));
  }

  /** What a finding in an answer says; the command repeats the last request of a chain of redirects. */
  #describe(built: BuiltRequest, answer: Answer, answers: readonly Answer[]): Exchange {
    const first = answers.at(-1)!.request;
    const last = answers[0]!.request;
    const hostname = first.host.replace(/:\d*$/, '');
    return {
      input: this.#target,
      matchedAt: answer.request.url.toString(),
      request: dumpRequest(first),
      response: `${dumpHead(answer)}${answer.body}`.slice(0, LONGEST_SAVED_RESPONSE),
      curlCommand: curlCommand({ ...last, body: built.body }),
      ip: /^[\d.]+$/.test(hostname) ? hostname : '',
    };
  }

  #transport(spec: HttpSpec): Transport {
    const { process, options } = this.#scan;
    const { redirects } = options;
    const follows = redirects === 'as-templates-say' ? (spec['host-redirects'] ? 'same-host' : spec.redirects ? 'all' : 'none') : redirects;
    return {
      process,
      timeoutMs: options.timeoutMs,
      retries: options.retries,
      cookies: spec['disable-cookie'] === true ? undefined : this.#cookies,
      followsRedirect: (from, to) => follows === 'all' || (follows === 'same-host' && from.host === to.host),
      maxRedirects:
        (redirects === 'all' || redirects === 'same-host' ? options.maxRedirects : spec['max-redirects']) || DEFAULT_MAX_REDIRECTS,
      maxBodyCharacters: spec['max-size'] || LONGEST_BODY,
    };
  }

  *#complain(problem: string): Task<void> {
    const isShared = this.#group.members.length > 1;
    const { id } = this.#group;
    yield* this.#scan.logger.warning(`[${id}] Could not execute ${isShared ? 'step on' : 'request for'} ${this.#target}: ${problem}`);
  }
}
