import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ClusterClock } from '../../../system/clock.ts';
import { EmbeddedCluster } from '../../cluster.ts';
import { isStream, type ApiAnswer } from '../api-call.ts';
import { CONVERSATION } from './conversation.ts';
import type { GoldenRequest } from './golden-request.ts';
import { DEVIATIONS, UNSETTLED } from './deviations.ts';
import { normalise } from './normalise.ts';
import { realServer } from './real-server.ts';

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
  return {
    'user-agent': USER_AGENT,
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

async function record(kubeconfig: string): Promise<void> {
  const ask = realServer(kubeconfig);
  const answers: Record<string, GoldenAnswer> = {};
  for (const golden of CONVERSATION) {
    const { method, path } = golden;
    const { status, contentType, warnings, text } = await ask({ method, path, headers: headersOf(golden), body: bodyText(golden) });
    answers[golden.name] = toGolden(status, contentType, warnings, text);
    // Why: controllers of the real cluster answer to what was done when they come to it.
    if (method !== 'GET') await new Promise((resolve) => setTimeout(resolve, 150));
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
