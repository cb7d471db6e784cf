/** What is wrong with a text as a name; empty when nothing is. The words are the server's (apimachinery util/validation/validation.go). */
export type NameProblems = (text: string) => string[];

const LABEL_1123 = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_PART = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const PORT_NAME = /^[-a-z0-9]+$/;
const PERCENT = /^[0-9]+%$/;
const HEADER_NAME = /^[-A-Za-z0-9]+$/;
const ENV_NAME = /^[ -<>-~]+$/;

const LABEL_1123_TEXT = notMatching(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  '[a-z0-9]([-a-z0-9]*[a-z0-9])?',
  ['my-name', '123-abc'],
);
const LABEL_1035_TEXT = notMatching(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  ['my-name', 'abc-123'],
);
const SUBDOMAIN_TEXT = notMatching(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*',
  ['example.com'],
);
const WILDCARD_TEXT = notMatching(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*',
  ['*.example.com'],
);
const QUALIFIED_PART_TEXT = notMatching(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
  ['MyName', 'my.name', '123-abc'],
);
const LABEL_VALUE_TEXT = notMatching(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
  ['MyValue', 'my_value', '12345'],
);
const CONFIG_KEY_TEXT = notMatching("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", '[-._a-zA-Z0-9]+', [
  'key.name',
  'KEY_NAME',
  'key-name',
]);
const PERCENT_TEXT = notMatching("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', ['1%', '93%']);
const HEADER_TEXT = notMatching("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', ['X-Header-Name']);
const ENV_TEXT = "a valid environment variable name must consist only of printable ASCII characters other than '='";

/** Why: the server sets two spaces after the comma between examples. */
function notMatching(text: string, pattern: string, examples: string[]): string {
  return `${text} (e.g. ${examples.map((example) => `'${example}'`).join(',  or ')}, regex used for validation is '${pattern}')`;
}

export function tooManyCharacters(most: number): string {
  return `must be no more than ${most} characters`;
}

function collect(...problems: (string | false)[]): string[] {
  return problems.filter((problem) => problem !== false);
}

export function dns1123Label(text: string): string[] {
  const isWrong = !LABEL_1123.test(text);
  const wrong = isWrong && SUBDOMAIN.test(text) ? 'must not contain dots' : LABEL_1123_TEXT;
  return collect(text.length > 63 && tooManyCharacters(63), isWrong && wrong);
}

export function dns1035Label(text: string): string[] {
  return collect(text.length > 63 && tooManyCharacters(63), !LABEL_1035.test(text) && LABEL_1035_TEXT);
}

export function dns1123Subdomain(text: string): string[] {
  return collect(text.length > 253 && tooManyCharacters(253), !SUBDOMAIN.test(text) && SUBDOMAIN_TEXT);
}

export function wildcardSubdomain(text: string): string[] {
  const isWrong = !text.startsWith('*.') || !SUBDOMAIN.test(text.slice(2));
  return collect(text.length > 253 && tooManyCharacters(253), isWrong && WILDCARD_TEXT);
}

/** A name with an optional subdomain in front: `example.com/MyName`. */
export function qualifiedName(text: string): string[] {
  const parts = text.split('/');
  if (parts.length > 2)
    return [`a qualified name ${QUALIFIED_PART_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const problems: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0]!;
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...dns1123Subdomain(prefix).map((problem) => `prefix part ${problem}`));
  }
  const name = parts.at(-1)!;
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push(`name part ${tooManyCharacters(63)}`);
  if (!QUALIFIED_PART.test(name)) problems.push(`name part ${QUALIFIED_PART_TEXT}`);
  return problems;
}

export function labelValue(text: string): string[] {
  return collect(text.length > 63 && tooManyCharacters(63), !LABEL_VALUE.test(text) && LABEL_VALUE_TEXT);
}

/** A key of a ConfigMap or Secret, which becomes a file name. */
export function configKey(text: string): string[] {
  const isWrong = !CONFIG_KEY.test(text);
  if (text === '.') return ["must not be '.'"];
  if (text === '..') return ["must not be '..'"];
  return collect(
    text.length > 253 && tooManyCharacters(253),
    isWrong && CONFIG_KEY_TEXT,
    text.startsWith('..') && "must not start with '..'",
  );
}

/** A name that stands in paths of the API and nowhere else. */
export function pathSegment(text: string): string[] {
  if (text === '.') return ["may not be '.'"];
  if (text === '..') return ["may not be '..'"];
  return collect(text.includes('/') && "may not contain '/'", text.includes('%') && "may not contain '%'");
}

/** The name of a port (IANA service name). */
export function portName(text: string): string[] {
  return collect(
    text.length > 15 && tooManyCharacters(15),
    !PORT_NAME.test(text) && 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    !/[a-z]/.test(text) && 'must contain at least one letter (a-z)',
    text.includes('--') && 'must not contain consecutive hyphens',
    (text.startsWith('-') || text.endsWith('-')) && 'must not begin or end with a hyphen',
  );
}

export function portNumber(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

export function percentText(text: string): string[] {
  return PERCENT.test(text) ? [] : [PERCENT_TEXT];
}

export function httpHeaderName(text: string): string[] {
  return HEADER_NAME.test(text) ? [] : [HEADER_TEXT];
}

export function environmentVariableName(text: string): string[] {
  return ENV_NAME.test(text) ? [] : [ENV_TEXT];
}
