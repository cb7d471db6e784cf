import { LineCounter, parseDocument } from 'yaml';
import { fromBytes } from '../../shell/kernel/bytes.ts';
import type { Template, TemplateSpec } from './template.ts';
import { DecodeContext, TemplateError } from './yaml/decode.ts';
import { OTHER_PROTOCOLS, templateShape } from './yaml/template-shape.ts';

const TEMPLATE_ID = /^([a-zA-Z0-9]+[-_])*[a-zA-Z0-9]+$/;

/**
 * Reads a template file. Throws TemplateError for what nuclei would not load: broken YAML, keys it does not know, a missing id, name or
 * author. Models templates.Parser.ParseTemplate and Template.UnmarshalYAML.
 */
export function readTemplate(path: string, source: string, isStrict = true): Template {
  const spec = decodeTemplate(source, isStrict && !path.toLowerCase().endsWith('.json'));
  const { id = '', info = {} } = spec;
  if (!TEMPLATE_ID.test(id)) throw new TemplateError(`invalid template: template id must match expression ${TEMPLATE_ID.source}`);
  if (!info.name?.trim()) throw new TemplateError('invalid template: no template name field provided');
  if (!info.author?.length) throw new TemplateError('invalid template: no template author field provided');
  if (spec.http?.length && spec.requests?.length) throw new TemplateError('invalid template: use http or requests, both are not supported');
  const complete = { ...info, name: info.name, author: info.author };
  return { path, id, info: complete, severity: info.severity ?? '', spec, requests: spec.http ?? spec.requests ?? [], source };
}

const MOST_REMEMBERED = 200;
const decoded = new Map<string, TemplateSpec>();

/** What a text says; remembered, as a gate reads the same few rules in every run, and a ConfigMap's rules twice in each. */
function decodeTemplate(source: string, isStrict: boolean): TemplateSpec {
  const key = `${isStrict ? 'strict' : 'lenient'} ${source}`;
  const known = decoded.get(key);
  if (known) return known;
  const lines = new LineCounter();
  const document = parseDocument(fromBytes(source), {
    version: '1.1',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
  });
  const [broken] = document.errors;
  if (broken) throw new TemplateError(`yaml: line ${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
  const context = new DecodeContext(document, lines, isStrict);
  const spec = templateShape(document.contents, context) ?? {};
  const problems = context.problems.map((problem) => `  ${problem}`).join('\n');
  if (problems !== '') throw new TemplateError(`yaml: unmarshal errors:\n${problems}`);
  if (decoded.size >= MOST_REMEMBERED) decoded.clear();
  decoded.set(key, spec);
  return spec;
}

/** The protocols besides HTTP that a template makes requests with. */
export function otherProtocols({ spec }: Template): string[] {
  return OTHER_PROTOCOLS.filter((protocol) => spec[protocol] !== undefined);
}
