import { isIPv4, isIPv6 } from 'node:net';

const HOSTNAME = /^(?=.{1,255}$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\.?$/;
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[tT ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[zZ]|[+-]\d{2}:\d{2})?$/;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const DURATION =
  /^[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)\s*(?:ns|us|µs|μs|ms|[smhdw]|nanoseconds?|microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?))+$|^0$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID3 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID4 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const UUID5 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const EMAIL = /^[^\s@<>]+@[^\s@<>]+$/;
const MAC = /^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})$/i;
const URI = /^(?:[a-z][a-z0-9+.-]*:\S*|\/\S*)$/i;
const HEX_COLOR = /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const SHORT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LONG_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

const CHECKS = new Map<string, (text: string) => boolean>([
  ['datetime', (text) => DATE_TIME.test(text)],
  ['date', (text) => DATE.test(text)],
  ['duration', (text) => DURATION.test(text)],
  ['byte', (text) => BASE64.test(text)],
  ['uri', (text) => URI.test(text)],
  ['email', (text) => EMAIL.test(text)],
  ['hostname', (text) => HOSTNAME.test(text)],
  ['ipv4', isIPv4],
  ['ipv6', isIPv6],
  ['cidr', isCidr],
  ['mac', (text) => MAC.test(text)],
  ['uuid', (text) => UUID.test(text)],
  ['uuid3', (text) => UUID3.test(text)],
  ['uuid4', (text) => UUID4.test(text)],
  ['uuid5', (text) => UUID5.test(text)],
  ['hexcolor', (text) => HEX_COLOR.test(text)],
  ['k8sshortname', (text) => SHORT_NAME.test(text)],
  ['k8slongname', (text) => LONG_NAME.test(text)],
]);

/** Whether a text has a format that schemas of custom resources may name; formats that the server ignores hold for every text. */
export function hasStringFormat(format: string, text: string): boolean {
  return CHECKS.get(format.replaceAll('-', ''))?.(text) ?? true;
}

function isCidr(text: string): boolean {
  const [address, length, more] = text.split('/');
  if (more !== undefined || length === undefined || !/^\d{1,3}$/.test(length)) return false;
  return (isIPv4(address!) && Number(length) <= 32) || (isIPv6(address!) && Number(length) <= 128);
}
