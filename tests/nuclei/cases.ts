import type { Run } from './both-nucleis.ts';

/** One comparison: what it is about, and the run. */
export interface Case extends Run {
  about: string;
}

const QUIET = ['-duc', '-ni', '-silent', '-nc'];
const JSON_LINES = [...QUIET, '-jsonl'];
const ON_RANGE = ['-u', 'RANGE', '-t', 'DIR/t'];

/** A template with everything that it must have; `http` is the rest, indented by two. */
function template(id: string, http: string, info = ''): string {
  return `id: ${id}\ninfo:\n  name: Test ${id}\n  author: lab\n  severity: low\n${info}http:\n${http}`;
}

/** A case with one template on the range. */
function one(about: string, http: string, more: Partial<Case> & { info?: string; top?: string } = {}): Case {
  const { info, top = '', args = JSON_LINES, ...rest } = more;
  return { about, args: [...args, ...ON_RANGE], files: { 't/a.yaml': template('case-a', http, info) + top }, ...rest };
}

const get = (path: string): string => `  - method: GET\n    path:\n      - "{{BaseURL}}${path}"\n`;
const word = (...words: string[]): string =>
  `      - type: word\n        words:\n${words.map((text) => `          - '${text}'\n`).join('')}`;

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

const MATCH_ALL = `${get('/plain')}    matchers:\n${word('hello')}`;
const INFO = `  tags: one, Two\n  description: What it is.\n  impact: Some.\n  remediation: Do it.\n  reference:\n    - https://example.test/a?b=1&c=2\n  metadata:\n    max-request: 1\n    verified: true\n  classification:\n    cve-id: CVE-2020-0001\n    cwe-id: CWE-79,CWE-80\n    cvss-metrics: CVSS:3.1/AV:N\n    cvss-score: 9.8\n    cpe: cpe:2.3:a:x\n`;
const FOUR = {
  't/one.yaml': template('one', MATCH_ALL, '  tags: a,common\n'),
  't/two.yaml': template('two', MATCH_ALL, '  tags: b,common\n').replace('severity: low', 'severity: critical'),
  't/three.yaml': template('three', `${get('/users')}    matchers:\n${word('alice')}`, '  tags: c\n').replace(
    'author: lab',
    'author: someone,other',
  ),
  't/deep/four.yaml': template('four-x', MATCH_ALL).replace('  severity: low\n', ''),
};
const CONFIG_MAP = {
  't/..2026_11_25/one.yaml': FOUR['t/one.yaml'],
  't/..2026_11_25/three.yaml': FOUR['t/three.yaml'],
  't/..data': '-> ..2026_11_25',
  't/one.yaml': '-> ..data/one.yaml',
  't/three.yaml': '-> ..data/three.yaml',
};
const on = (about: string, args: readonly string[], files: Case['files'] = FOUR, more: Partial<Case> = {}): Case => ({
  about,
  args,
  files,
  ...more,
});

const FILTERS: Case[] = [
  on('a folder', [...QUIET, ...ON_RANGE]),
  on('a folder that a ConfigMap is mounted at', [...QUIET, ...ON_RANGE], CONFIG_MAP),
  on('the same as JSON', [...JSON_LINES, ...ON_RANGE], CONFIG_MAP),
  on('a file of such a folder', [...QUIET, '-u', 'RANGE', '-t', 'DIR/t/one.yaml'], CONFIG_MAP),
  on('the link to the hidden folder', [...QUIET, '-u', 'RANGE', '-t', 'DIR/t/..data'], CONFIG_MAP),
  on('the same with a slash', [...QUIET, '-u', 'RANGE', '-t', 'DIR/t/..data/'], CONFIG_MAP),
  on('a pattern', [...QUIET, '-u', 'RANGE', '-t', 't/t*.yaml']),
  on('the same file twice', [...QUIET, '-u', 'RANGE', '-t', 'DIR/t/one.yaml', '-t', 'DIR/t/one.yaml,DIR/t/two.yaml']),
  on('a relative folder', [...QUIET, '-u', 'RANGE', '-t', 't/deep']),
  on('a list of templates', [...QUIET, '-u', 'RANGE', '-t', 'DIR/list.txt'], { ...FOUR, 'list.txt': 't/one.yaml\nt/three.yaml\n' }),
  on('tags', [...QUIET, ...ON_RANGE, '-tags', 'A,c']),
  on('tags twice', [...QUIET, ...ON_RANGE, '-tags', 'a', '-tags=b']),
  on('excluded tags', [...QUIET, ...ON_RANGE, '-etags', 'common']),
  on('excluded and included tags', [...QUIET, ...ON_RANGE, '-exclude-tags', 'common', '-itags', 'b']),
  on('severity', [...QUIET, ...ON_RANGE, '-s', 'critical,high']),
  on('excluded severity', [...QUIET, ...ON_RANGE, '-es', 'low']),
  on('ids', [...QUIET, ...ON_RANGE, '-id', 'one,four*']),
  on('excluded ids', [...QUIET, ...ON_RANGE, '-eid', 'one']),
  on('authors', [...QUIET, ...ON_RANGE, '-a', 'other']),
  on('protocols', [...QUIET, ...ON_RANGE, '-pt', 'http', '-ept', 'dns']),
  on('excluded templates', [...QUIET, ...ON_RANGE, '-et', 'DIR/t/deep', '-et', 'DIR/t/one.yaml']),
  on('nothing left', [...QUIET, ...ON_RANGE, '-tags', 'nobody']),
  on('without clustering', [...JSON_LINES, ...ON_RANGE, '-dc']),
];

const OUTPUTS: Case[] = [
  one('everything in info', `${get('/plain')}    matchers:\n${word('hello')}`, { info: INFO }),
  one('colours', MATCH_ALL, { args: ['-duc', '-ni', '-silent'] }),
  on('what is said besides', ['-duc', '-ni', ...ON_RANGE]),
  on('what is said besides, verbose', ['-duc', '-ni', '-nc', '-v', ...ON_RANGE, '-tags', 'a']),
  on('a file', [...QUIET, ...ON_RANGE, '-o', 'DIR/out.txt'], FOUR, { reads: ['out.txt'] }),
  on('a file with colours on the screen', ['-duc', '-silent', ...ON_RANGE, '-o', 'DIR/out.txt'], FOUR, { reads: ['out.txt'] }),
  on('a file of JSON lines', [...JSON_LINES, ...ON_RANGE, '-o', 'DIR/out.jsonl'], FOUR, { reads: ['out.jsonl'] }),
  on('a file without findings', [...QUIET, '-u', 'CLOSED', '-t', 'DIR/t', '-o', 'DIR/out.txt'], FOUR, { reads: ['out.txt'] }),
  on('a file without templates', [...QUIET, ...ON_RANGE, '-tags', 'nobody', '-o', 'DIR/out.txt'], FOUR, { reads: ['out.txt'] }),
  on('a file that cannot be created', [...QUIET, ...ON_RANGE, '-o', 'DIR/none/out.txt']),
  on('exports', [...QUIET, ...ON_RANGE, '-je', 'DIR/out.json', '-jle', 'DIR/out.jsonl'], FOUR, { reads: ['out.json', 'out.jsonl'] }),
  on('exports without findings', [...QUIET, '-u', 'CLOSED', '-t', 'DIR/t', '-je', 'DIR/out.json', '-jle', 'DIR/out.jsonl'], FOUR, {
    reads: ['out.json', 'out.jsonl'],
  }),
  on('without request and response', [...JSON_LINES, ...ON_RANGE, '-or']),
  on('without the template', [...JSON_LINES, ...ON_RANGE, '-ot']),
  on('without metadata', [...QUIET, ...ON_RANGE, '-nm']),
  on('list of templates', ['-duc', '-nc', '-vv', ...ON_RANGE]),
];

const TARGETS: Case[] = [
  on('nobody listens', [...QUIET, '-u', 'CLOSED', '-t', 'DIR/t']),
  on('nobody listens, not silent', ['-duc', '-ni', '-nc', '-u', 'CLOSED', '-t', 'DIR/t']),
  one('a connection that breaks is tried again', `${get('/broken')}    matchers:\n${word('x')}`),
  one('a connection that breaks, without another try', `${get('/broken')}    matchers:\n${word('x')}`, {
    args: [...JSON_LINES, '-retries', '0'],
  }),
  one(
    'errors that do not matter to other paths',
    `  - method: GET\n    path:\n      - "{{BaseURL}}/broken"\n      - "{{BaseURL}}/plain"\n    matchers:\n${word('hello')}`,
    { args: [...JSON_LINES, '-retries', '0'] },
  ),
  on('a slow rate', [...QUIET, ...ON_RANGE, '-rl', '1', '-rld', '200ms', '-c', '1']),
  one('another port', `  - method: GET\n    path:\n      - "{{BaseURL}}:1/plain"\n    matchers:\n${word('hello')}`),
  on('no such name', [...QUIET, '-u', 'http://shop.nowhere.invalid', '-t', 'DIR/t']),
  on('several targets', [...QUIET, '-u', 'RANGE,CLOSED', '-u', 'RANGE/a', '-t', 'DIR/t']),
  on('the same target twice', ['-duc', '-nc', '-u', 'RANGE,RANGE', '-t', 'DIR/t/one.yaml']),
  on('a list', [...QUIET, '-l', 'DIR/targets.txt', '-t', 'DIR/t'], { ...FOUR, 'targets.txt': 'RANGE\n\n  RANGE/b\n' }),
  on('a list that is not there', [...QUIET, '-l', 'DIR/none.txt', '-t', 'DIR/t']),
  on('standard input', [...QUIET, '-t', 'DIR/t'], FOUR, { stdin: 'RANGE\n' }),
  on('standard input not wanted', [...QUIET, '-t', 'DIR/t', '-no-stdin'], FOUR, { stdin: 'RANGE\n' }),
  on('no target', ['-duc', '-nc', '-t', 'DIR/t']),
  on('host spray, as JSON', [...JSON_LINES, '-u', 'RANGE', '-t', 'DIR/t', '-ss', 'host-spray']),
  on('host spray', [...QUIET, '-u', 'RANGE,RANGE/a', '-t', 'DIR/t', '-ss', 'host-spray']),
];

const MISTAKES: Case[] = [
  on('unknown flag', ['-nonsense']),
  on('unknown flag with two dashes', ['--nonsense', 'x']),
  on('flag without a value', ['-duc', '-u']),
  on('no number', ['-rl', 'many']),
  on('no severity', ['-severity', 'awful']),
  on('no switch', ['-silent=maybe']),
  on('silent and verbose', ['-silent', '-v', '-nc']),
  on('redirects both ways', ['-fr', '-fhr', '-nc', '-silent']),
  on('version', ['-version']),
  on('an argument that is no flag ends them', [...QUIET, 'RANGE', '-t', 'DIR/t']),
  on('templates that are not there', ['-duc', '-nc', '-u', 'RANGE', '-t', 'DIR/none']),
  on('relative templates that are not there', ['-duc', '-nc', '-u', 'RANGE', '-t', 'none.yaml']),
  on('a folder without templates', ['-duc', '-nc', '-u', 'RANGE', '-t', 'DIR/empty'], { 'empty/readme.md': 'x' }),
  on('some that are not there', ['-duc', '-nc', '-u', 'RANGE', '-t', 'DIR/none', '-t', 'DIR/t']),
  on('broken YAML', ['-duc', '-nc', ...ON_RANGE], { ...FOUR, 't/broken.yaml': 'id: x\n  info: [\n' }),
  on('only broken YAML', ['-duc', '-nc', ...ON_RANGE], { 't/broken.yaml': 'id: x\n  info: [\n' }),
  on('an unknown key', [...QUIET, ...ON_RANGE], {
    't/a.yaml': template('a', MATCH_ALL).replace('    matchers:', '    nonsense: 1\n    matchers:'),
  }),
  on('an unknown key, not strict', [...QUIET, ...ON_RANGE, '-nss'], {
    't/a.yaml': template('a', MATCH_ALL).replace('    matchers:', '    nonsense: 1\n    matchers:'),
  }),
  on('no id', [...QUIET, ...ON_RANGE], { 't/a.yaml': template('a', MATCH_ALL).replace('id: a\n', '') }),
  on('a bad id', [...QUIET, ...ON_RANGE], { 't/a.yaml': template('a b', MATCH_ALL) }),
  on('no name', [...QUIET, ...ON_RANGE], { 't/a.yaml': template('a', MATCH_ALL).replace('  name: Test a\n', '') }),
  on('no author', [...QUIET, ...ON_RANGE], { 't/a.yaml': template('a', MATCH_ALL).replace('  author: lab\n', '') }),
  on('no severity in the template', [...JSON_LINES, ...ON_RANGE], {
    't/a.yaml': template('a', MATCH_ALL).replace('  severity: low\n', ''),
  }),
  on('a severity that is none', [...QUIET, ...ON_RANGE], {
    't/a.yaml': template('a', MATCH_ALL).replace('severity: low', 'severity: awful'),
  }),
  on('a number for a word', [...QUIET, ...ON_RANGE], {
    't/a.yaml': template('a', `${get('/users')}    matchers:\n      - type: word\n        words:\n          - 1\n`),
  }),
  on('a word for a number', [...QUIET, ...ON_RANGE], {
    't/a.yaml': template('a', `${get('/users')}    matchers:\n      - type: status\n        status:\n          - "200"\n`),
  }),
  on('one word instead of a list', [...QUIET, ...ON_RANGE], {
    't/a.yaml': template('a', `${get('/users')}    matchers:\n      - type: word\n        words: alice\n`),
  }),
  on('a key twice', [...QUIET, ...ON_RANGE], {
    't/a.yaml': template('a', MATCH_ALL).replace('  author: lab\n', '  author: lab\n  author: lab\n'),
  }),
  on('an unknown type of matcher', [...QUIET, ...ON_RANGE], { 't/a.yaml': template('a', MATCH_ALL).replace('type: word', 'type: smell') }),
  on('a matcher without a type', [...QUIET, ...ON_RANGE], { 't/a.yaml': template('a', MATCH_ALL).replace('type: word', 'part: body') }),
  on('an unknown method', [...QUIET, ...ON_RANGE], { 't/a.yaml': template('a', MATCH_ALL).replace('method: GET', 'method: FETCH') }),
  on('no requests', [...QUIET, ...ON_RANGE], { 't/a.yaml': template('a', '').replace('http:\n', '') }),
  on('a workflow is not run by -t', [...QUIET, ...ON_RANGE], {
    ...FOUR,
    't/w.yaml': 'id: w\ninfo:\n  name: W\n  author: lab\nworkflows:\n  - template: one.yaml\n',
  }),
  on('code is not run', ['-duc', '-nc', ...ON_RANGE], {
    't/c.yaml': template('c', '').replace('http:\n', 'code:\n  - engine: [sh]\n    source: echo hi\n'),
  }),
  on('self-contained is not run', ['-duc', '-nc', ...ON_RANGE], { 't/c.yaml': `${template('c', MATCH_ALL)}self-contained: true\n` }),
  on('a file with another ending', [...QUIET, '-u', 'RANGE', '-t', 'DIR/t'], {
    't/a.yml': template('a', MATCH_ALL),
    't/b.yaml': template('b', MATCH_ALL),
  }),
  on('a JSON template', [...QUIET, ...ON_RANGE], {
    't/a.json': JSON.stringify({
      id: 'a',
      info: { name: 'A', author: 'lab', severity: 'info' },
      http: [{ method: 'GET', path: ['{{BaseURL}}/plain'], matchers: [{ type: 'word', words: ['hello'] }] }],
    }),
  }),
  on('YAML with anchors', [...QUIET, ...ON_RANGE], {
    't/a.yaml': template(
      'a',
      `${get('/plain')}    matchers:\n      - &m\n        type: word\n        words: [hello]\n      - <<: *m\n        words: [nothing]\n`,
    ),
  }),
];

/** Every comparison besides those of the labs' own templates. */
export const CASES: readonly Case[] = [
  ...MATCHERS,
  ...EXTRACTORS,
  ...REQUESTS,
  ...REDIRECTS,
  ...FILTERS,
  ...OUTPUTS,
  ...TARGETS,
  ...MISTAKES,
];
