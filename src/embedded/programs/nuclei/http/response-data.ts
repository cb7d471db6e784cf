import { Buffer } from 'node:buffer';
import type { ResponseData } from '../evaluate-operators.ts';
import type { Answer } from './answer.ts';
import { dumpHead, headerOf } from './answer.ts';
import { readCookie } from './cookie-jar.ts';

/** What a finding says about the exchange it was found in. */
export interface Exchange {
  /** The target as it was given. */
  input: string;
  matchedAt: string;
  request: string;
  response: string;
  curlCommand: string;
  ip: string;
}

/** The parts of an answer that matchers and extractors may name. Models http.Request.responseToDSLMap. */
export function responseData(answer: Answer, exchange: Exchange): ResponseData {
  const data: ResponseData = {};
  const cookie = readCookie(headerOf(answer, 'Set-Cookie') ?? '');
  if (cookie) data[cookie.name.toLowerCase()] = cookie.value;
  for (const [name, value] of answer.headers) data[name.toLowerCase().replaceAll('-', '_')] = value;
  const head = dumpHead(answer);
  return Object.assign(data, {
    host: exchange.input,
    type: 'http',
    matched: exchange.matchedAt,
    request: exchange.request,
    response: exchange.response,
    status_code: answer.status,
    body: answer.body,
    all_headers: head,
    header: head,
    duration: 0,
    content_length: Number(headerOf(answer, 'Content-Length') ?? Buffer.byteLength(answer.body)),
    ip: exchange.ip,
    'curl-command': exchange.curlCommand,
  });
}
