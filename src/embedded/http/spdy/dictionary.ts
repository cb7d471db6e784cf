/** Each stands in the dictionary behind its length. */
const WORDS = [
  ...'options head post put delete trace'.split(' '),
  ...'accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection'.split(' '),
  ...'content-base content-encoding content-language content-length content-location content-md5 content-range content-type'.split(' '),
  ...'date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since'.split(' '),
  ...'last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server'.split(' '),
  ...'te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status'.split(' '),
  ...['200 OK', 'version', 'HTTP/1.1', 'url', 'public', 'set-cookie', 'keep-alive', 'origin'],
];

/** And these are together. */
const REST = [
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505',
  ...['203 Non-Authoritative Information', '204 No Content', '301 Moved Permanently', '400 Bad Request', '401 Unauthorized'],
  ...['403 Forbidden', '404 Not Found', '500 Internal Server Error', '501 Not Implemented', '503 Service Unavailable'],
  ...['Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec', ' 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT'],
  ...['chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,'],
  ...['publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.'],
];

/** What both sides of SPDY/3 take as said before the first header (draft 3, 2.6.10.1). */
export const DICTIONARY = Buffer.concat([
  ...WORDS.flatMap((word) => [Buffer.from([0, 0, 0, word.length]), Buffer.from(word)]),
  Buffer.from(REST.join('')),
]);

/** Its Adler-32 checksum, by which a stream says that it begins with it. */
export const DICTIONARY_ID = 0xe3c6a7c2;
