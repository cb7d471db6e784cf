import type { ContainerFiles } from '../files.ts';
import { parseGoDuration } from '../go-text.ts';
import { SEVERITIES } from '../template.ts';
import type { Flag } from './flag-table.ts';
import { FLAGS } from './flag-table.ts';

/** Arguments that nuclei does not understand; it prints the message on standard output and exits with 2. */
export class FlagError extends Error {}

type FlagValue = boolean | number | string | string[];

/** Flags as they were given: values by long name, and the callbacks in their order. */
export class ParsedFlags {
  readonly values = new Map<string, FlagValue>();
  readonly given: Flag[] = [];
  asksForHelp = false;

  isOn(name: string): boolean {
    return this.values.get(name) === true;
  }

  text(name: string): string {
    return (this.values.get(name) as string | undefined) ?? '';
  }

  number(name: string, otherwise: number): number {
    return (this.values.get(name) as number | undefined) ?? otherwise;
  }

  list(name: string): string[] {
    return (this.values.get(name) as string[] | undefined) ?? [];
  }
}

const PROTOCOLS = 'dns file http offline-http headless tcp workflow ssl websocket whois code javascript'.split(' ');
const STRATEGIES = ['auto', 'host-spray', 'template-spray'];
const TEMPLATE_FILE = /\.(yaml|json)$/i;

/**
 * Parses arguments as Go's flag package does with goflags on top: one or two dashes, `-flag value` or `-flag=value`, switches only as
 * `-flag` or `-flag=false`, and an end at the first argument that is no flag. Throws FlagError.
 */
export function parseFlags(args: readonly string[], files: ContainerFiles): ParsedFlags {
  const parsed = new ParsedFlags();
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index]!;
    const match = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(argument);
    if (!match) {
      if (argument.length < 2 || !argument.startsWith('-') || argument === '--') break;
      throw new FlagError(`bad flag syntax: ${argument}`);
    }
    const [, name = '', attached] = match;
    const flag = FLAGS.get(name);
    if (!flag) {
      if (name !== 'h' && name !== 'help') throw new FlagError(`flag provided but not defined: -${name}`);
      parsed.asksForHelp = true;
      break;
    }
    parsed.given.push(flag);
    if (flag.kind === 'switch' || flag.kind === 'callback') {
      parsed.values.set(flag.name, readSwitch(name, attached));
      if (flag.name === 'version') break;
    } else {
      const value = attached ?? args[++index];
      if (value === undefined) throw new FlagError(`flag needs an argument: -${name}`);
      parsed.values.set(flag.name, readValue(flag, name, value, parsed.list(flag.name), files));
    }
  }
  return parsed;
}

function readSwitch(name: string, attached: string | undefined): boolean {
  if (attached === undefined || /^(1|t|T|TRUE|true|True)$/.test(attached)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(attached)) return false;
  throw new FlagError(`invalid boolean value "${attached}" for -${name}: parse error`);
}

function readValue(flag: Flag, name: string, value: string, before: readonly string[], files: ContainerFiles): FlagValue {
  const refuse = (reason: string): FlagError => new FlagError(`invalid value "${value}" for flag -${name}: ${reason}`);
  switch (flag.kind) {
    case 'number':
      if (!/^[-+]?\d+$/.test(value)) throw refuse('parse error');
      return Number(value);
    case 'duration': {
      const durationMs = parseGoDuration(value);
      if (durationMs === undefined) throw refuse('parse error');
      return durationMs;
    }
    case 'text':
      return value;
    case 'strategy':
      if (!STRATEGIES.includes(value)) throw refuse(`allowed values are ${STRATEGIES.join(', ')}`);
      return value;
    case 'variables':
      if (!value.includes('=')) throw refuse('please specify key/value pair');
      return [...before, value];
    case 'severities':
      return [...before, ...chooseFrom(value, SEVERITIES, (item) => refuse(`'${item}' is not a valid severity`))];
    case 'protocols':
      return [...before, ...chooseFrom(value, PROTOCOLS, (item) => refuse(`'${item}' is not a valid protocol`))];
    default:
      return [...before, ...readList(flag, value, files, refuse)];
  }
}

function chooseFrom(value: string, allowed: readonly string[], refuse: (item: string) => FlagError): string[] {
  const items = value.split(',').map((item) => item.trim().toLowerCase());
  for (const item of items) if (!allowed.includes(item)) throw refuse(item);
  return items;
}

function readList(flag: Flag, value: string, files: ContainerFiles, refuse: (reason: string) => FlagError): string[] {
  const normalise = flag.kind === 'normal-list' ? normaliseItem : (item: string): string => (flag.kind === 'lines' ? item.trim() : item);
  const mayBeFile = flag.kind !== 'list' && !TEMPLATE_FILE.test(value) && files.kindOf(value) === 'file';
  const items = mayBeFile ? files.read(value).split('\n') : flag.kind === 'lines' ? [value] : splitAtCommas(value);
  if (!items) throw refuse('Unclosed quote in path');
  return items.map(normalise).filter((item) => item.trim() !== '');
}

/** Lower case, without what follows a `#`, spaces and quotes around it. */
function normaliseItem(item: string): string {
  return item
    .replace(/#.*$/, '')
    .trim()
    .replace(/^["'`]+|["'`]+$/g, '')
    .toLowerCase();
}

/** Splits at commas outside quotes; undefined for a quote that does not close. */
function splitAtCommas(value: string): string[] | undefined {
  const items: string[] = [];
  for (let index = 0; index < value.length;) {
    const character = value[index]!;
    if (/["'`]/.test(character)) {
      const end = value.indexOf(character, index + 1);
      if (end < 0) return undefined;
      items.push(value.slice(index + 1, end));
      index = end + 1;
    } else {
      const end = value.indexOf(',', index);
      items.push(value.slice(index, end < 0 ? undefined : end));
      index = end < 0 ? value.length : end + 1;
    }
  }
  return items;
}
