import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGoSource, type GoNamed, type GoSource, type GoStruct } from './go-source.ts';

/** The modules whose sources the data is read off. */
export const MODULES = {
  api: 'k8s.io/api@v0.34.4',
  apimachinery: 'k8s.io/apimachinery@v0.34.4',
  apiextensions: 'k8s.io/apiextensions-apiserver@v0.34.4',
  kubernetes: 'k8s.io/kubernetes@v1.34.4',
  rollouts: 'github.com/argoproj/argo-rollouts@v1.10.1',
  tekton: 'github.com/tektoncd/pipeline@v1.6.0',
} as const;

/** Types that have a JSON form of their own, by Go package path and name; the data calls them by these names. */
const SCALARS: Record<string, string> = {
  'k8s.io/apimachinery/pkg/apis/meta/v1.Time': 'Time',
  'k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime': 'MicroTime',
  'k8s.io/apimachinery/pkg/apis/meta/v1.Duration': 'Duration',
  'k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1': 'FieldsV1',
  'k8s.io/apimachinery/pkg/api/resource.Quantity': 'Quantity',
  'k8s.io/apimachinery/pkg/util/intstr.IntOrString': 'IntOrString',
  'k8s.io/apimachinery/pkg/runtime.RawExtension': 'RawExtension',
  'k8s.io/apimachinery/pkg/types.UID': 'string',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON': 'JSON',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray': 'SchemaOrArray',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool': 'SchemaOrBool',
  'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray': 'SchemaOrStrings',
};

const PREDECLARED = new Map([
  ['string', 'string'],
  ['bool', 'bool'],
  ['int32', 'int32'],
  ['uint32', 'int32'],
  ['int64', 'int64'],
  ['uint16', 'int32'],
  ['float64', 'float64'],
]);

/** A declaration together with the file it stands in, whose imports give its type expressions their meaning. */
export interface Declaration {
  struct?: GoStruct;
  named?: GoNamed;
  resolve: (typeExpression: string) => string;
}

/** The Go packages of the API in a module cache, looked up by the names that the data uses (`core/v1.Pod`). */
export class GoPackages {
  readonly #cache: string;
  readonly #loaded = new Map<string, Map<string, Declaration>>();

  constructor(moduleCache: string) {
    this.#cache = moduleCache;
  }

  /** Throws when the package has no such type. */
  declaration(typeName: string): Declaration {
    const [packageName, name] = splitTypeName(typeName);
    const found = this.#load(packageName).get(name);
    if (!found) throw new Error(`no Go type ${typeName}`);
    return found;
  }

  #load(packageName: string): Map<string, Declaration> {
    let declarations = this.#loaded.get(packageName);
    if (!declarations) this.#loaded.set(packageName, (declarations = this.#read(packageName)));
    return declarations;
  }

  #read(packageName: string): Map<string, Declaration> {
    const folder = join(this.#cache, folderOf(packageName));
    const files = readdirSync(folder).filter((file) => file.endsWith('.go') && !/_test\.go$|^zz_|^generated/.test(file));
    const declarations = new Map<string, Declaration>();
    for (const file of files) {
      const source = parseGoSource(readFileSync(join(folder, file), 'utf8'));
      const resolve = (expression: string) => resolveType(expression, packageName, source);
      for (const struct of source.structs) declarations.set(struct.name, { struct, resolve });
      for (const named of source.named) if (!declarations.has(named.name)) declarations.set(named.name, { named, resolve });
    }
    return declarations;
  }
}

/** `core/v1.Pod` as the package `core/v1` and the name `Pod`. */
export function splitTypeName(typeName: string): [packageName: string, name: string] {
  const dot = typeName.lastIndexOf('.');
  return [typeName.slice(0, dot), typeName.slice(dot + 1)];
}

/** The name of a type in the OpenAPI documents, such as `io.k8s.api.core.v1.Pod`. */
export function openApiName(typeName: string): string {
  const [packageName, name] = splitTypeName(typeName);
  return `${importPath(packageName)
    .replace(/^k8s\.io\//, 'io.k8s.')
    .replaceAll('/', '.')}.${name}`;
}

function importPath(packageName: string): string {
  if (packageName === 'meta/v1') return 'k8s.io/apimachinery/pkg/apis/meta/v1';
  if (packageName === 'apiextensions/v1') return 'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1';
  return `k8s.io/api/${packageName}`;
}

function folderOf(packageName: string): string {
  const path = importPath(packageName);
  for (const module of [MODULES.api, MODULES.apimachinery, MODULES.apiextensions]) {
    const root = module.replace(/@.*/, '');
    if (path.startsWith(`${root}/`)) return module + path.slice(root.length);
  }
  throw new Error(`no module for package ${packageName}`);
}

function packageOf(path: string): string {
  return path.replace(/^k8s\.io\/(api|apimachinery\/pkg\/apis|apiextensions-apiserver\/pkg\/apis)\//, '');
}

function resolveType(expression: string, packageName: string, source: GoSource): string {
  if (expression === '[]byte') return 'bytes';
  if (expression.startsWith('*')) return `*${resolveType(expression.slice(1), packageName, source)}`;
  if (expression.startsWith('[]')) return `[]${resolveType(expression.slice(2), packageName, source)}`;
  const value = /^map\[[\w.]+\](.+)$/.exec(expression)?.[1];
  if (value !== undefined) return `{}${resolveType(value, packageName, source)}`;
  const predeclared = PREDECLARED.get(expression);
  if (predeclared) return predeclared;
  const [qualifier, name] = expression.includes('.') ? expression.split('.') : [undefined, expression];
  const path = qualifier === undefined ? importPath(packageName) : source.imports.get(qualifier);
  if (path === undefined) throw new Error(`unknown package ${qualifier} in ${packageName}`);
  return SCALARS[`${path}.${name}`] ?? `${packageOf(path)}.${name}`;
}
