import type { Measurement, Metric } from '../../../../kube/types/rollouts.ts';
import type { Clock } from '../../../../system/clock.ts';
import type { HttpResponse, VirtualNetwork } from '../../../network/http.ts';
import { AnalysisProblem } from '../analysis-problem.ts';
import { evaluateResult } from '../condition-evaluation.ts';
import { typedList } from '../expressions/values.ts';
import { formatDecimal } from '../go-numbers.ts';
import { preciseTime, withError } from '../measurement.ts';
import { readJson } from './go-json.ts';
import { sendRequest, type OutgoingRequest } from './http-request.ts';
import { ProviderError, type MeasuredMetric, type Provider } from './provider.ts';

const DEFAULT_TIMEOUT_SECONDS = 30;
/** With these statuses the server tells in the body what is wrong. */
const EXPLAINED: ReadonlySet<number> = new Set([400, 422]);

interface PrometheusMetric {
  address?: string;
  query?: string;
  timeout?: number;
  headers?: { key: string; value: string }[];
  rangeQuery?: unknown;
  authentication?: { oauth2?: { tokenUrl?: string } };
}

/** A sample's value as text, as Prometheus sends it. */
type Sample = [time: number, value: string];

interface ApiAnswer {
  status?: string;
  errorType?: string;
  error?: string;
  warnings?: string[];
  data?: { resultType?: string; result?: unknown };
}

/** Measures by an instant query; any server that answers as Prometheus does will do. Models metricproviders/prometheus. */
export class PrometheusProvider implements Provider {
  readonly #network: VirtualNetwork;
  readonly #clock: Clock;
  readonly #metric: PrometheusMetric;

  /** Throws ProviderError for a metric that cannot be made sense of. */
  constructor({ network, clock }: { network: VirtualNetwork; clock: Clock }, metric: PrometheusMetric) {
    const { address = '', timeout = DEFAULT_TIMEOUT_SECONDS, rangeQuery, authentication } = metric;
    if (address === '') throw new ProviderError('prometheus address is not configured');
    if (!URL.canParse(address) || new URL(address).host === '') throw new ProviderError('prometheus address is not is url format');
    if (timeout < 0) throw new ProviderError('prometheus timeout should not be negative');
    if (rangeQuery !== undefined || authentication?.oauth2?.tokenUrl) {
      throw new ProviderError('range queries and OAuth2 are not part of this cluster');
    }
    this.#network = network;
    this.#clock = clock;
    this.#metric = metric;
  }

  async run({ metric }: MeasuredMetric): Promise<Measurement> {
    const begun: Measurement = { phase: 'Running', startedAt: preciseTime(this.#clock.now()) };
    try {
      const answer = await this.#query();
      const { warnings = [] } = answer;
      const metadata = { warnings: warnings.map((warning) => `"${warning}"`).join(', ') };
      const judged = judge(metric, answer.data ?? {});
      return { ...begun, ...judged, ...(warnings.length > 0 && { metadata }), finishedAt: preciseTime(this.#clock.now()) };
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

  metadata(): Record<string, string> {
    return this.#metric.query ? { ResolvedPrometheusQuery: this.#metric.query } : {};
  }

  /** POST, and GET where the server does not take a POST. */
  async #query(): Promise<ApiAnswer> {
    const { address = '', query = '', timeout = DEFAULT_TIMEOUT_SECONDS, headers = [] } = this.#metric;
    const url = `${address.replace(/\/+$/, '')}/api/v1/query`;
    const parameters = new URLSearchParams({ query, time: String(this.#clock.now() / 1_000) }).toString();
    const post: OutgoingRequest = {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...Object.fromEntries(headers.map(({ key, value }) => [key, value])),
      },
      body: parameters,
      timeoutMs: timeout * 1_000,
    };
    const response = await sendRequest(this.#network, post);
    if (response.status !== 405 && response.status !== 501) return readAnswer(response);
    return readAnswer(await sendRequest(this.#network, { ...post, method: 'GET', url: `${url}?${parameters}`, body: undefined }));
  }
}

/** Models prometheus/client_golang api/prometheus/v1. */
function readAnswer({ status, body }: HttpResponse): ApiAnswer {
  if ((status < 200 || status >= 300) && !EXPLAINED.has(status)) {
    if (status >= 400 && status < 500) throw new AnalysisProblem(`client_error: client error: ${status}`);
    throw new AnalysisProblem(status >= 500 ? `server_error: server error: ${status}` : `bad_response: bad response code ${status}`);
  }
  const answer = readJson(body) as ApiAnswer | undefined;
  if (typeof answer !== 'object') throw new AnalysisProblem('bad_response: readObjectStart: expect { or n');
  if (answer.status === 'error') throw new AnalysisProblem(`${answer.errorType ?? ''}: ${answer.error ?? ''}`);
  if (EXPLAINED.has(status) && answer.status === 'success') throw new AnalysisProblem('bad_response: inconsistent body for response code');
  return answer;
}

/** A scalar is one number; a vector or a matrix a list of them, whatever their labels. */
function judge(metric: Metric, { resultType, result }: NonNullable<ApiAnswer['data']>): Pick<Measurement, 'phase' | 'value'> {
  switch (resultType) {
    case 'scalar': {
      const [, value] = result as Sample;
      return { phase: evaluateResult(readSample(value), metric), value: writeSample(value) };
    }
    case 'vector':
      return judgeList(
        metric,
        (result as { value: Sample }[]).map(({ value }) => value[1]),
      );
    case 'matrix':
      return judgeList(
        metric,
        (result as { values: Sample[] }[]).flatMap(({ values }) => values.map(([, value]) => value)),
      );
    default:
      throw new AnalysisProblem('Prometheus metric type not supported');
  }
}

function judgeList(metric: Metric, samples: readonly string[]): Pick<Measurement, 'phase' | 'value'> {
  const result = typedList(samples.map(readSample), 'float64');
  return { phase: evaluateResult(result, metric), value: `[${samples.map(writeSample).join(',')}]` };
}

function readSample(text: string): number {
  return Number(text.replace(/^([+-]?)Inf$/, '$1Infinity'));
}

function writeSample(text: string): string {
  return formatDecimal(readSample(text));
}
