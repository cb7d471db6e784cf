import { get, JSON_LINES, one, QUIET, template, word, type Case } from './case.ts';

const MATCHERS: Case[] = [
  one('word', `${get('/plain')}    matchers:\n${word('hello')}`),
  one('word that is not there', `${get('/plain')}    matchers:\n${word('nothing')}`),
  one('words, any of them', `${get('/plain')}    matchers:\n${word('nothing', 'second')}`),
  one('words, all of them', `${get('/plain')}    matchers:\n${word('hello', 'second')}        condition: and\n`),
  one('words, all of them, one missing', `${get('/plain')}    matchers:\n${word('hello', 'third')}        condition: and\n`),
  one('negative word', `${get('/plain')}    matchers:\n${word('nothing')}        negative: true\n`),
  one('word without regard to case', `${get('/case')}    matchers:\n${word('secret TOKEN')}        case-insensitive: true\n`),
  one('word in the headers', `${get('/page')}    matchers:\n${word('X-Powered-By: Range')}        part: header\n`),
  one('word in everything', `${get('/page')}    matchers:\n${word('Range 1.0', '<title>')}        part: all\n        condition: and\n`),
  one('word in a header by name', `${get('/page')}    matchers:\n${word('Range')}        part: x_powered_by\n`),
  one('word in the response', `${get('/page')}    matchers:\n${word('HTTP/1.1 200 OK')}        part: response\n`),
  one('word in the request', `${get('/page')}    matchers:\n${word('GET /page HTTP/1.1')}        part: request\n`),
  one('a part that does not exist, negative', `${get('/page')}    matchers:\n${word('x')}        part: nonsense\n        negative: true\n`),
  one('hex words', `${get('/plain')}    matchers:\n${word('68656c6c6f')}        encoding: hex\n`),
  one('binary', `${get('/plain')}    matchers:\n      - type: binary\n        binary:\n          - 776f726c64\n`),
  one('unicode', `${get('/unicode')}    matchers:\n${word('grüße – ☕')}`),
  one('regex', `${get('/users')}    matchers:\n      - type: regex\n        regex:\n          - 'user=\\w+;id=[23]'\n`),
  one('regex with flags', `${get('/case')}    matchers:\n      - type: regex\n        regex:\n          - '(?i)secret\\s+tok.n'\n`),
  one('regex over lines', `${get('/plain')}    matchers:\n      - type: regex\n        regex:\n          - '(?m)^second line$'\n`),
  one('regex, dot and newline', `${get('/plain')}    matchers:\n      - type: regex\n        regex:\n          - 'world.second'\n`),
  one(
    'regex, dot and newline with s',
    `${get('/plain')}    matchers:\n      - type: regex\n        regex:\n          - '(?s)world.second'\n`,
  ),
  one(
    'regex, end of text',
    `${get('/plain')}    matchers:\n      - type: regex\n        regex:\n          - 'line$'\n          - 'line\\n\\z'\n        condition: and\n`,
  ),
  one(
    'regex with POSIX classes and quotes',
    `${get('/users')}    matchers:\n      - type: regex\n        regex:\n          - '[[:alpha:]]+=\\Qalice;\\E'\n`,
  ),
  one('regex that is none', `${get('/plain')}    matchers:\n      - type: regex\n        regex:\n          - '(unclosed'\n`),
  one('regex with lookahead', `${get('/plain')}    matchers:\n      - type: regex\n        regex:\n          - 'hello(?= world)'\n`),
  one('status', `${get('/status/418')}    matchers:\n      - type: status\n        status:\n          - 200\n          - 418\n`),
  one('negative status', `${get('/status/404')}    matchers:\n      - type: status\n        status: [200]\n        negative: true\n`),
  one('size', `${get('/plain')}    matchers:\n      - type: size\n        size: [24]\n`),
  one('size of unicode', `${get('/unicode')}    matchers:\n      - type: size\n        size: [18]\n`),
  one('empty answer', `${get('/empty')}    matchers:\n      - type: size\n        size: [0]\n`),
  one('no content', `${get('/none')}    matchers:\n      - type: status\n        status: [204]\n`),
  one(
    'all matchers',
    `${get('/page')}    matchers-condition: and\n    matchers:\n${word('title')}      - type: status\n        status: [200]\n`,
  ),
  one(
    'all matchers, one not',
    `${get('/page')}    matchers-condition: and\n    matchers:\n${word('title')}      - type: status\n        status: [404]\n`,
  ),
  one(
    'named matchers',
    `${get('/page')}    matchers:\n${word('title')}        name: with-title\n      - type: status\n        name: fine\n        status: [200]\n`,
  ),
  one(
    'named matchers with and',
    `${get('/page')}    matchers-condition: and\n    matchers:\n${word('title')}        name: with-title\n      - type: status\n        name: fine\n        status: [200]\n`,
  ),
  one('match-all', `${get('/plain')}    matchers:\n${word('nothing', 'hello')}        match-all: true\n`),
  one('internal matcher', `${get('/plain')}    matchers:\n${word('hello')}        internal: true\n`),
  one('no matcher', get('/plain')),
  one('words with variables', `${get('/echo?x=1')}    matchers:\n${word('GET /echo?x=1', '{{Hostname}}')}        condition: and\n`),
  one('unexpected field of a matcher', `${get('/plain')}    matchers:\n${word('hello')}        status: [200]\n`),
  one('unknown condition', `${get('/plain')}    matchers:\n${word('hello')}        condition: xor\n`),
];

const EXTRACTORS: Case[] = [
  one('regex extractor', `${get('/users')}    extractors:\n      - type: regex\n        regex:\n          - 'user=(\\w+)'\n`),
  one(
    'regex extractor with group',
    `${get('/users')}    extractors:\n      - type: regex\n        group: 1\n        regex:\n          - 'user=(\\w+)'\n`,
  ),
  one(
    'named extractor',
    `${get('/users')}    extractors:\n      - type: regex\n        name: users\n        group: 1\n        regex:\n          - 'user=(\\w+)'\n`,
  ),
  one(
    'kval extractor',
    `${get('/page')}    extractors:\n      - type: kval\n        kval:\n          - x_powered_by\n          - content_type\n`,
  ),
  one(
    'kval extractor without regard to case',
    `${get('/page')}    extractors:\n      - type: kval\n        case-insensitive: true\n        kval:\n          - X_Powered_By\n`,
  ),
  one('kval extractor, cookie', `${get('/login')}    extractors:\n      - type: kval\n        kval:\n          - session\n`),
  one(
    'extractor beside a matcher',
    `${get('/users')}    matchers:\n${word('alice')}    extractors:\n      - type: regex\n        regex:\n          - 'id=\\d'\n`,
  ),
  one(
    'extractor beside a matcher that does not match',
    `${get('/users')}    matchers:\n${word('carol')}    extractors:\n      - type: regex\n        regex:\n          - 'id=\\d'\n`,
  ),
  one('extractor that finds nothing', `${get('/users')}    extractors:\n      - type: regex\n        regex:\n          - 'nobody'\n`),
  one(
    'extracted values on the screen',
    `${get('/users')}    extractors:\n      - type: regex\n        regex:\n          - 'user=alice;id=1'\n`,
    { args: QUIET },
  ),
  one(
    'internal extractor used by the next path',
    `  - method: GET\n    path:\n      - "{{BaseURL}}/token"\n      - "{{BaseURL}}/search?q={{token}}"\n    extractors:\n      - type: regex\n        name: token\n        internal: true\n        group: 1\n        regex:\n          - 'token: (\\S+)'\n    matchers:\n${word('you looked for q=t-12345')}`,
  ),
];

const REQUESTS: Case[] = [
  one(
    'several paths',
    `  - method: GET\n    path:\n      - "{{BaseURL}}/plain"\n      - "{{BaseURL}}/users"\n      - "{{BaseURL}}/nothing"\n    matchers:\n      - type: status\n        status: [200]\n`,
  ),
  one(
    'several paths, stop at first match',
    `  - method: GET\n    path:\n      - "{{BaseURL}}/nothing"\n      - "{{BaseURL}}/plain"\n      - "{{BaseURL}}/users"\n    stop-at-first-match: true\n    matchers:\n      - type: status\n        status: [200]\n`,
  ),
  one(
    'stop at first match by flag',
    `  - method: GET\n    path:\n      - "{{BaseURL}}/plain"\n      - "{{BaseURL}}/users"\n    matchers:\n      - type: status\n        status: [200]\n`,
    { args: [...JSON_LINES, '-spm'] },
  ),
  one(
    'variables of the target',
    `  - method: GET\n    path:\n      - "{{RootURL}}/search?h={{Hostname}}&n={{Host}}&p={{Port}}&s={{Scheme}}&d={{Path}}&f={{File}}&b={{BaseURL}}"\n    matchers:\n${word('you looked')}`,
  ),
  { ...one('target with a path', `${get('/echo')}    matchers:\n${word('GET')}`), args: [...JSON_LINES, '-u', 'RANGE/a/b', '-t', 'DIR/t'] },
  {
    ...one(
      'target with a path and a slash',
      `  - method: GET\n    path:\n      - "{{BaseURL}}/x"\n      - "{{BaseURL}}"\n      - "{{RootURL}}/search{{Path}}/{{File}}"\n    matchers:\n      - type: status\n        status: [200, 404]\n`,
    ),
    args: [...JSON_LINES, '-u', 'RANGE/a/b/', '-t', 'DIR/t'],
  },
  {
    ...one('target with a query', `${get('/search?z=2')}    matchers:\n${word('you looked')}`),
    args: [...JSON_LINES, '-u', 'RANGE?a=1', '-t', 'DIR/t'],
  },
  one(
    'odd characters in the path',
    `  - method: GET\n    path:\n      - "{{BaseURL}}/search/a b"\n      - "{{BaseURL}}/search/<x>?q=<y> z"\n      - "{{BaseURL}}/search/%2e%2e/%41?q=%27%20&r=a+b&e=&q=2"\n      - "{{BaseURL}}/search/../up"\n      - "{{BaseURL}}/search/ü?q=ü"\n    matchers:\n      - type: status\n        status: [200, 404]\n`,
  ),
  one(
    'post with a body',
    `  - method: POST\n    path:\n      - "{{BaseURL}}/echo"\n    headers:\n      Content-Type: application/x-www-form-urlencoded\n    body: a=1&host={{Hostname}}\n    matchers:\n${word('POST /echo', 'a=1&host=')}        condition: and\n`,
  ),
  one(
    'post with lines',
    `  - method: POST\n    path:\n      - "{{BaseURL}}/echo"\n    body: |\n      one\n      two\n    matchers:\n${word('one')}`,
  ),
  one('put and delete', `  - method: PUT\n    path:\n      - "{{BaseURL}}/echo"\n    body: x\n    matchers:\n${word('PUT /echo')}`),
  one('head', `  - method: HEAD\n    path:\n      - "{{BaseURL}}/page"\n    matchers:\n${word('Range 1.0')}        part: header\n`),
  one('method in small letters', `  - method: get\n    path:\n      - "{{BaseURL}}/plain"\n    matchers:\n${word('hello')}`),
  one(
    'headers',
    `${get('/echo')}    headers:\n      X-Test: "for {{Host}}"\n      Accept: text/plain\n      User-Agent: mine\n    matchers:\n${word('x-test: for 127.0.0.1')}`,
  ),
  one('host header', `${get('/echo')}    headers:\n      Host: example.test\n    matchers:\n${word('host: example.test')}`),
  one('header by flag', `${get('/echo')}    matchers:\n${word('x-other: yes')}`, {
    args: [...JSON_LINES, '-H', 'X-Other: yes', '--header', 'Authorization: Basic abc'],
  }),
  one('variables of the template', `${get('/search?q={{second}}')}    matchers:\n${word('q=one-two')}`, {
    top: 'variables:\n  first: one\n  second: "{{first}}-two"\n',
  }),
  one('variables by flag', `${get('/search?q={{what}}')}    matchers:\n${word('q=tea')}`, { args: [...JSON_LINES, '-V', 'what=tea'] }),
  one('unresolved variable', `${get('/search?q={{nobody}}')}    matchers:\n${word('you')}`),
  one('unresolved variable, unchecked', `${get('/search?q={{nobody}}')}    skip-variables-check: true\n    matchers:\n${word('you')}`),
  one('numbers between braces', `${get('/search?q={{7*7}}')}    matchers:\n${word('you looked')}`),
  one(
    'raw request',
    `  - raw:\n      - |\n        POST /echo?y=1 HTTP/1.1\n        Host: {{Hostname}}\n        Content-Type: text/plain\n        X-Test: raw\n\n        the body\n    matchers:\n${word('x-test: raw', 'the body')}        condition: and\n`,
  ),
  one(
    'two raw requests with numbered parts',
    `  - raw:\n      - |\n        GET /plain HTTP/1.1\n        Host: {{Hostname}}\n\n      - |\n        GET /users HTTP/1.1\n        Host: {{Hostname}}\n\n    matchers-condition: and\n    matchers:\n      - type: word\n        part: body_1\n        words: [hello]\n      - type: word\n        part: body_2\n        words: [alice]\n`,
  ),
  one('two entries', `${get('/plain')}    matchers:\n${word('hello')}${get('/users')}    matchers:\n${word('alice')}`),
  one(
    'cookies go with later requests',
    `  - method: GET\n    path:\n      - "{{BaseURL}}/login"\n      - "{{BaseURL}}/account"\n    matchers:\n${word('your account')}`,
  ),
  one(
    'cookies that are not wanted',
    `  - method: GET\n    path:\n      - "{{BaseURL}}/login"\n      - "{{BaseURL}}/account"\n    disable-cookie: true\n    matchers:\n${word('your account')}`,
  ),
  one('requests instead of http', '', {
    files: { 't/a.yaml': template('old-name', `${get('/plain')}    matchers:\n${word('hello')}`).replace('http:\n', 'requests:\n') },
  }),
];

const REDIRECTS: Case[] = [
  one('redirects are not followed', `${get('/redirect/1')}    matchers:\n      - type: status\n        status: [302, 200]\n`),
  one('redirects are followed', `${get('/redirect/1')}    redirects: true\n    matchers:\n${word('landed')}`),
  one(
    'every answer on the way is looked at',
    `${get('/redirect/1')}    redirects: true\n    matchers:\n      - type: status\n        status: [200, 301, 302]\n`,
  ),
  one(
    'and not after the first match',
    `${get('/redirect/1')}    redirects: true\n    stop-at-first-match: true\n    matchers:\n      - type: status\n        status: [200, 301, 302]\n`,
  ),
  one(
    'at most so many',
    `${get('/redirect/1')}    redirects: true\n    max-redirects: 1\n    matchers:\n      - type: status\n        status: [200, 301, 302]\n`,
  ),
  one(
    'a loop',
    `${get('/redirect/loop')}    redirects: true\n    max-redirects: 3\n    matchers:\n      - type: status\n        status: [200]\n`,
  ),
  one('to an absolute address', `${get('/redirect/absolute')}    redirects: true\n    matchers:\n${word('landed')}`),
  one('elsewhere', `${get('/redirect/elsewhere')}    redirects: true\n    matchers:\n${word('landed')}`),
  one(
    'elsewhere, same host only',
    `${get('/redirect/elsewhere')}    host-redirects: true\n    matchers:\n      - type: status\n        status: [200, 302]\n`,
  ),
  one('same host', `${get('/redirect/1')}    host-redirects: true\n    matchers:\n${word('landed')}`),
  one(
    'with the method kept',
    `  - method: POST\n    path:\n      - "{{BaseURL}}/redirect/keep"\n    body: kept\n    redirects: true\n    matchers:\n${word('POST /echo')}`,
  ),
  one(
    'with the method changed',
    `  - method: POST\n    path:\n      - "{{BaseURL}}/redirect/change"\n    body: dropped\n    redirects: true\n    matchers:\n${word('GET /echo')}`,
  ),
  one('without a location', `${get('/redirect/nowhere')}    redirects: true\n    matchers:\n${word('no location')}`),
  one('by flag', `${get('/redirect/1')}    matchers:\n${word('landed')}`, { args: [...JSON_LINES, '-fr'] }),
  one('by flag, at most one', `${get('/redirect/1')}    matchers:\n      - type: status\n        status: [200, 301]\n`, {
    args: [...JSON_LINES, '-follow-redirects', '-mr', '1'],
  }),
  one(
    'switched off by flag',
    `${get('/redirect/1')}    redirects: true\n    matchers:\n      - type: status\n        status: [200, 302]\n`,
    { args: [...JSON_LINES, '-dr'] },
  ),
];

/** What a template can say. */
export const TEMPLATE_CASES: readonly Case[] = [...MATCHERS, ...EXTRACTORS, ...REQUESTS, ...REDIRECTS];
