import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { ClusterClock } from '../../../system/clock.ts';
import { EmbeddedCluster } from '../../cluster.ts';
import { isStream, type ApiAnswer } from '../api-call.ts';
import { CONVERSATION, type GoldenRequest } from './conversation.ts';
import { DEVIATIONS, UNSETTLED } from './deviations.ts';
import { normalise } from './normalise.ts';

interface GoldenAnswer {
  status: number;
  contentType: string;
  warning?: string[];
  body: unknown;
}

const ANSWERS = join(import.meta.dirname, 'answers.json');
const USER_AGENT = 'golden/1.0';

function bodyText({ body }: GoldenRequest): string | undefined {
  return typeof body === 'object' ? JSON.stringify(body) : body;
}

function headersOf(golden: GoldenRequest): Record<string, string> {
  const text = bodyText(golden);
  return {
    'user-agent': USER_AGENT,
    ...(text !== undefined && { 'content-length': String(Buffer.byteLength(text)) }),
    ...(golden.as && { 'impersonate-user': golden.as }),
    ...golden.headers,
  };
}

function toGolden(status: number, contentType: string, warnings: string[], text: string): GoldenAnswer {
  const body: unknown = contentType.startsWith('application/json') && text !== '' ? JSON.parse(text) : text;
  return {
    status,
    contentType: contentType.replace('; charset=utf-8', ''),
    ...(warnings.length > 0 && { warning: warnings }),
    body: normalise(body),
  };
}

/** Asks the real server behind a kubeconfig with client certificates. */
function askReal(golden: GoldenRequest, connection: RequestOptions): Promise<GoldenAnswer> {
  return new Promise((resolve, reject) => {
    const call = httpsRequest({ ...connection, method: golden.method, path: golden.path, headers: headersOf(golden) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const warnings = response.rawHeaders.filter((_, index, all) => index % 2 === 1 && all[index - 1]!.toLowerCase() === 'warning');
        resolve(toGolden(response.statusCode!, response.headers['content-type'] ?? '', warnings, Buffer.concat(chunks).toString()));
      });
    });
    call.on('error', reject);
    call.end(bodyText(golden));
  });
}

async function record(kubeconfig: string): Promise<void> {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const { cluster } = config.clusters[0]!;
  const { user } = config.users[0]!;
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  const url = new URL(cluster['server']!);
  const connection: RequestOptions = {
    host: url.hostname,
    port: url.port,
    ca: decode(cluster['certificate-authority-data']!),
    cert: decode(user['client-certificate-data']!),
    key: decode(user['client-key-data']!),
  };
  const answers: Record<string, GoldenAnswer> = {};
  for (const golden of CONVERSATION) {
    answers[golden.name] = await askReal(golden, connection);
    // Why: controllers of the real cluster answer to what was done when they come to it.
    if (golden.method !== 'GET') await new Promise((resolve) => setTimeout(resolve, 150));
  }
  writeFileSync(ANSWERS, `${JSON.stringify(answers, null, 1)}\n`);
}

async function askEmbedded(): Promise<Map<string, GoldenAnswer>> {
  const clock = new ClusterClock(Date.UTC(2026, 10, 24, 12));
  const unexpected: unknown[] = [];
  const cluster = EmbeddedCluster.create({ clock, adminToken: 'admin', onUnexpected: (error) => unexpected.push(error) });
  cluster.start();
  const settle = (): Promise<boolean> => clock.advance({ deadlineMs: clock.now() + 500 });
  await settle();
  const answers = new Map<string, GoldenAnswer>();
  for (const golden of CONVERSATION) {
    const body = bodyText(golden);
    const headers = { authorization: 'Bearer admin', ...headersOf(golden) };
    const answer = await cluster.handler.handle({ method: golden.method, path: golden.path, headers, ...(body !== undefined && { body }) });
    const warnings = [answer.headers['warning'] ?? []].flat();
    answers.set(golden.name, toGolden(answer.status, String(answer.headers['content-type'] ?? ''), warnings, textOf(answer)));
    await settle();
  }
  expect(unexpected).toEqual([]);
  return answers;
}

function textOf({ body }: ApiAnswer): string {
  if (isStream(body)) return '<stream>';
  return typeof body === 'string' ? body : Buffer.from(body).toString();
}

const kubeconfig = process.env['GOLDEN_KUBECONFIG'];
if (kubeconfig) await record(kubeconfig);
const recorded = JSON.parse(readFileSync(ANSWERS, 'utf8')) as Record<string, GoldenAnswer>;
const embedded = await askEmbedded();

describe('the API answers as the real server did', () => {
  it('to every recorded request', () => {
    expect([...embedded.keys()]).toEqual(Object.keys(recorded));
    expect(new Set(CONVERSATION.map(({ name }) => name)).size).toBe(CONVERSATION.length);
  });

  it.each(CONVERSATION.map(({ name }) => name).filter((name) => !Object.hasOwn(DEVIATIONS, name) && !Object.hasOwn(UNSETTLED, name)))(
    '%s',
    (name) => {
      expect(embedded.get(name)).toEqual(recorded[name]);
    },
  );

  it.each(Object.keys(DEVIATIONS))('and differs, with a reason, in: %s', (name) => {
    expect(embedded.get(name)).not.toEqual(recorded[name]);
    expect(embedded.get(name)!.status).toBe(DEVIATIONS[name]!.status ?? recorded[name]!.status);
  });
});
