import { get, JSON_LINES, ON_RANGE, one, QUIET, template, word, type Case } from './case.ts';

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

/** What can be said on the command line, right and wrong. */
export const COMMAND_LINE_CASES: readonly Case[] = [...FILTERS, ...OUTPUTS, ...TARGETS, ...MISTAKES];
