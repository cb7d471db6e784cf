import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../kube/types/meta.ts';
import { fromBytes, toBytes } from '../../shell/kernel/bytes.ts';
import type { Task } from '../../shell/kernel/task.ts';
import { KubectlError } from './kubectl-error.ts';
import type { KubectlSession } from './session.ts';

/** An object of a manifest, and the file that it stands in. */
export interface ManifestObject {
  file: string;
  object: KubeObject;
}

/** The objects of the files and folders that `-f` names, read as YAML 1.1, as kubectl does. */
export function* readManifests(session: KubectlSession): Task<ManifestObject[]> {
  const paths = session.flags.all('filename').flatMap((value) => value.split(','));
  if (paths.length === 0) throw new KubectlError('must specify one of -f and -k');
  const objects: ManifestObject[] = [];
  for (const path of paths) {
    for (const file of filesAt(session, path)) {
      const shown = file === '-' ? 'STDIN' : file;
      objects.push(...parseObjects(yield* session.readText(file), shown));
    }
  }
  if (objects.length === 0) throw new KubectlError(`no objects passed to apply`);
  return objects;
}

/** Of a folder, the files that look like manifests, in the order of their names. */
function filesAt({ context }: KubectlSession, path: string): string[] {
  const { files } = context.process;
  const node = path === '-' ? undefined : files.find(toBytes(path), context.process);
  if (node?.kind !== 'directory') return [path];
  const names = [...node.entries.keys()].map(fromBytes).filter((name) => /\.(json|ya?ml)$/.test(name) && !name.startsWith('..'));
  return names.sort().map((name) => `${path.replace(/\/+$/, '')}/${name}`);
}

function parseObjects(text: string, file: string): ManifestObject[] {
  return parseAllDocuments(text, { version: '1.1', prettyErrors: true }).flatMap((document) => {
    const [problem] = document.errors;
    if (problem) throw new KubectlError(`error parsing ${file}: error converting YAML to JSON: yaml: ${problem.message.split('\n')[0]}`);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    return objectsIn(value, file).map((object) => ({ file, object }));
  });
}

function objectsIn(value: unknown, file: string): KubeObject[] {
  const object = value as Partial<KubeObject> & { items?: unknown };
  if (typeof value !== 'object' || Array.isArray(value)) throw new KubectlError(`error validating "${file}": the document is no object`);
  if (object.kind === 'List' && Array.isArray(object.items)) return object.items.flatMap((item) => objectsIn(item, file));
  const missing = [...(object.apiVersion ? [] : ['apiVersion not set']), ...(object.kind ? [] : ['kind not set'])];
  if (missing.length > 0) {
    throw new KubectlError(
      `error validating "${file}": error validating data: [${missing.join(', ')}]; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  return [{ ...object, metadata: object.metadata ?? {} } as KubeObject];
}

/** JSON or YAML, as `-p` takes it. */
export function parsePatch(text: string): unknown {
  const [document] = parseAllDocuments(text, { version: '1.1' });
  if (!document || document.errors.length > 0) throw new KubectlError(`unable to parse "${text}": it is neither JSON nor YAML`);
  return document.toJS();
}
