import type { Measurement, Metric, WebMetric } from '../../../../kube/types/rollouts.ts';
import type { Clock } from '../../../../system/clock.ts';
import type { VirtualNetwork } from '../../../network/http.ts';
import { AnalysisProblem } from '../analysis-problem.ts';
import { evaluateResult } from '../condition-evaluation.ts';
import type { Value } from '../expressions/values.ts';
import { preciseTime, withError } from '../measurement.ts';
import { goJson, readJson } from './go-json.ts';
import { sendRequest, type OutgoingRequest } from './http-request.ts';
import { parseJsonPath } from './json-path.ts';
import { ProviderError, type MeasuredMetric, type Provider } from './provider.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;

/** Measures by asking a server: what it answers is the result, as far as it is JSON. Models metricproviders/webmetric. */
export class WebProvider implements Provider {
  readonly #network: VirtualNetwork;
  readonly #clock: Clock;
  readonly #find: (document: Value) => Value[];

  /** Throws ProviderError for a metric that cannot be made sense of. */
  constructor({ network, clock }: { network: VirtualNetwork; clock: Clock }, { jsonPath = '', authentication }: WebMetric) {
    this.#network = network;
    this.#clock = clock;
    refuseOAuth(authentication);
    try {
      this.#find = parseJsonPath(jsonPath === '' ? '{$}' : jsonPath);
    } catch (error) {
      if (error instanceof AnalysisProblem) throw new ProviderError(error.message);
      throw error;
    }
  }

  async run({ metric }: MeasuredMetric): Promise<Measurement> {
    const begun: Measurement = { phase: 'Running', startedAt: preciseTime(this.#clock.now()) };
    try {
      const { body, status } = await sendRequest(this.#network, requestFor(metric.provider.web!));
      if (status < 200 || status >= 300) throw new AnalysisProblem(`received non 2xx response code: ${status}`);
      const judged = this.#judge(metric, body);
      return { ...begun, ...judged, finishedAt: preciseTime(this.#clock.now()) };
    } catch (error) {
      if (error instanceof AnalysisProblem) return withError(begun, error.message, this.#clock.now());
      throw error;
    }
  }

  resume(_: MeasuredMetric, measurement: Measurement): Measurement {
    return measurement;
  }

  terminate(_: MeasuredMetric, measurement: Measurement): Measurement {
    return measurement;
  }

  /** What is no JSON is Successful whatever the conditions say. */
  #judge(metric: Metric, body: string): Pick<Measurement, 'phase' | 'value'> {
    const document = readJson(body);
    if (document === undefined) return { phase: 'Successful', value: body };
    const result = this.#firstResult(document);
    return { phase: evaluateResult(result, metric), value: goJson(result) };
  }

  #firstResult(document: Value): Value {
    let found: Value[];
    try {
      found = this.#find(document);
    } catch (error) {
      if (error instanceof AnalysisProblem) throw new AnalysisProblem(`Could not find JSONPath in body: ${error.message}`);
      throw error;
    }
    // Why: a body that is just null brings the real controller down; no value is the nearest that it says.
    if (found.length === 0 || document === null) throw new AnalysisProblem('result of web metric produced no value');
    return found[0]!;
  }
}

function refuseOAuth(authentication: WebMetric['authentication']): void {
  const { tokenUrl, clientId, clientSecret } = (authentication?.['oauth2'] ?? {}) as Record<string, string | undefined>;
  if (!tokenUrl) return;
  if (!clientId || !clientSecret) throw new ProviderError('missing mandatory parameter in metric for OAuth2 setup');
  throw new ProviderError('OAuth2 is not part of this cluster');
}

function requestFor({ method = 'GET', url, headers = [], body = '', jsonBody, timeoutSeconds = 0 }: WebMetric): OutgoingRequest {
  const hasJson = jsonBody !== undefined && jsonBody !== null;
  if (body !== '' && hasJson) throw new AnalysisProblem('use either Body or JSONBody; both cannot exists for WebMetric payload');
  if ((body !== '' || hasJson) && method === 'GET') {
    throw new AnalysisProblem('Body/JSONBody can only be used with POST or PUT WebMetric Method types');
  }
  const named = Object.fromEntries(headers.map(({ key, value }) => [key.toLowerCase(), value]));
  delete named['host'];
  return {
    method,
    url,
    headers: { ...named, ...(hasJson && { 'content-type': 'application/json' }) },
    body: hasJson ? JSON.stringify(jsonBody) : body === '' ? undefined : body,
    timeoutMs: (timeoutSeconds > 0 ? timeoutSeconds : DEFAULT_TIMEOUT_SECONDS) * 1_000,
  };
}
