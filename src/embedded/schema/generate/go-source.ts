/** A struct declaration of a Go source file, with what its tags and markers say. */
export interface GoStruct {
  name: string;
  markers: GoMarkers;
  fields: GoField[];
}

/** A named type that is not a struct: `type ResourceList map[ResourceName]resource.Quantity`. */
export interface GoNamed {
  name: string;
  markers: GoMarkers;
  type: string;
  /** Values of its string constants. */
  constants: string[];
}

export interface GoField {
  /** Go name; for an embedded field the type's own. */
  goName: string;
  type: string;
  json: string;
  isInline: boolean;
  omitsEmpty: boolean;
  omitsZero: boolean;
  protobufNumber: number | undefined;
  patchStrategy: string | undefined;
  patchMergeKey: string | undefined;
  markers: GoMarkers;
}

/** Values of `+name=value` comment lines by name; a marker without a value has the value ''. */
export type GoMarkers = ReadonlyMap<string, readonly string[]>;

export interface GoSource {
  /** Import paths by the name that the file uses for them. */
  imports: ReadonlyMap<string, string>;
  structs: GoStruct[];
  named: GoNamed[];
}

const IMPORT = /^\t(?:(\w+) )?"([^"]+)"$/gm;
const TYPE_LINE = /^type (\w+) (=? ?[^{\n]+?)(?: ?\{\}?)?(?:\s*\/\/.*)?$/;
const FIELD_LINE = /^\t(?:(\w+)\s+)?(\S+)\s+`([^`]*)`/;
const CONSTANT_LINE = /^(?:\t|const )\w+\s+(\w+)\s+= "([^"]*)"/;

/** Reads the type declarations of a gofmt-formatted file. */
export function parseGoSource(text: string): GoSource {
  const structs: GoStruct[] = [];
  const named = new Map<string, GoNamed>();
  const constants = new Map<string, string[]>();
  let comments: string[] = [];
  let struct: GoStruct | undefined;
  for (const line of text.split('\n')) {
    const comment = /^\s*\/\/ ?(.*)$/.exec(line);
    if (comment) {
      comments.push(comment[1]!);
      continue;
    }
    if (struct) {
      if (line === '}') struct = undefined;
      else addField(struct, line, markersOf(comments));
    } else if (line.startsWith('type ')) {
      const markers = markersOf(comments);
      const [, name, type] = TYPE_LINE.exec(line) ?? [];
      if (type === 'struct' && line.endsWith('{}')) structs.push({ name: name!, markers, fields: [] });
      else if (type === 'struct') structs.push((struct = { name: name!, markers, fields: [] }));
      else if (name && type) named.set(name, { name, markers, type: type.replace(/^= ?/, ''), constants: [] });
    } else {
      const [, type, value] = CONSTANT_LINE.exec(line) ?? [];
      if (type) constants.set(type, [...(constants.get(type) ?? []), value!]);
    }
    if (line.trim() !== '') comments = [];
  }
  for (const declaration of named.values()) declaration.constants = constants.get(declaration.name) ?? [];
  return { imports: importsOf(text), structs, named: [...named.values()] };
}

function addField(struct: GoStruct, line: string, markers: GoMarkers): void {
  const [, goName, type, tags] = FIELD_LINE.exec(line) ?? [];
  if (!type || tags === undefined) return;
  const json = tagOf(tags, 'json')?.split(',');
  if (!json || json[0] === '-') return;
  struct.fields.push({
    goName: goName ?? type.replace(/^.*\./, ''),
    type,
    json: json[0]!,
    isInline: json[0] === '',
    omitsEmpty: json.includes('omitempty'),
    omitsZero: json.includes('omitzero'),
    protobufNumber: numberOf(tagOf(tags, 'protobuf')),
    patchStrategy: tagOf(tags, 'patchStrategy'),
    patchMergeKey: tagOf(tags, 'patchMergeKey'),
    markers,
  });
}

function tagOf(tags: string, name: string): string | undefined {
  return new RegExp(`(?:^| )${name}:"([^"]*)"`).exec(tags)?.[1];
}

function numberOf(protobufTag: string | undefined): number | undefined {
  const number = protobufTag?.split(',')[1];
  return number === undefined ? undefined : Number(number);
}

function markersOf(comments: readonly string[]): GoMarkers {
  const markers = new Map<string, string[]>();
  for (const line of comments) {
    const [, name, value] = /^\+([\w:]+)(?:=(.*))?$/.exec(line.trim()) ?? [];
    if (name) markers.set(name, [...(markers.get(name) ?? []), value ?? '']);
  }
  return markers;
}

function importsOf(text: string): Map<string, string> {
  const imports = new Map<string, string>();
  const block = /^import \(\n([\s\S]*?)^\)/m.exec(text)?.[1] ?? '';
  for (const [, alias, path] of block.matchAll(IMPORT)) imports.set(alias ?? path!.replace(/^.*\//, ''), path!);
  return imports;
}
