import { headerOf, type ApiCall } from './api-call.ts';

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_TYPE = new RegExp(`^\\s*(${TOKEN}(?:/${TOKEN})?)((?:\\s*;\\s*${TOKEN}=(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*"))*)\\s*;?\\s*$`);

/** What no kind of body is called. */
const MALFORMED = 'malformed';

/** The Content-Type of a body without its parameters; empty when there is none. Models mime.ParseMediaType. */
export function mediaTypeOf(call: ApiCall): string {
  const header = headerOf(call, 'content-type') ?? '';
  return header === '' ? '' : (MEDIA_TYPE.exec(header)?.[1] ?? MALFORMED).toLowerCase();
}
