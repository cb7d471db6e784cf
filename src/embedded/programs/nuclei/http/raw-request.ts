import { TemplateError } from '../yaml/decode.ts';
import type { TargetUrl } from './target-url.ts';

/** A raw request of a template after its variables were put in. */
export interface RawRequest {
  method: string;
  /** As written, before it is joined to the target's. */
  path: string;
  headers: Map<string, string>;
  body: string;
}

/** Reads a request line, headers and body. Throws TemplateError for what is no request. Models protocols/http/raw readRawRequest. */
export function parseRawRequest(text: string): RawRequest {
  const lines = text.split('\n');
  while (lines[0]?.startsWith('@')) lines.shift();
  const requestLine = lines.shift() ?? '';
  const parts = requestLine.split(/\s+/).filter((part) => part !== '');
  if (parts.length === 2 && parts[1]!.includes('HTTP')) parts.splice(1, 0, '');
  if (parts.length < 3) throw new TemplateError(`failed to parse raw request: malformed request specified: ${requestLine}`);
  const headers = new Map<string, string>();
  let line = lines.shift();
  for (; line !== undefined && line.trim() !== ''; line = lines.shift()) {
    const [, name = '', value = ''] = /^([^:]*):?([^]*)$/.exec(line.trim())!;
    headers.set(name, value.trim());
  }
  const isMultipart = [...headers].some(([name, value]) => name.includes('Content-Type') && value.includes('multipart/'));
  const rest = lines.join('\n');
  return { method: parts[0]!, path: parts[1]!, headers, body: isMultipart ? rest : rest.replace(/\r\n$/, '') };
}

/** Where a raw request goes: its path joined to the target's, or the target's alone. Models raw.Parse. */
export function rawRequestUrl(path: string, target: TargetUrl, joinsPaths: boolean): TargetUrl {
  const url = target.copy();
  if (path === '') return url;
  if (!joinsPaths) url.path = '';
  const relative = path.startsWith('http') ? path.replace(/^https?:\/\/[^/?#]*/, '') : path;
  if (relative !== '/' || target.path === '') url.mergePath(relative === '/' ? '' : relative);
  return url;
}
