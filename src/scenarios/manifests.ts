import { join } from 'node:path';
import { parseAllDocuments, type Document } from 'yaml';
import { ScenarioError } from '../errors.ts';
import { textOfDocuments } from '../kube/manifest.ts';
import type { KubeObject } from '../kube/types/meta.ts';
import type { LoadedScenario } from './load.ts';
import { mergeIntoDocument } from './merge-document.ts';
import type { Fault } from './schema.ts';
import { readYamlFile } from './yaml-file.ts';

/** A base file with the faults that were planted in it; comments and order are those of the file. */
export interface Manifest {
  /** Such as `base/rollout.yaml`. */
  path: string;
  documents: Document.Parsed[];
}

/** Objects of a manifest, in the order of the file. */
export function objectsOf({ documents }: Manifest): KubeObject[] {
  return documents.map((document) => document.toJS() as KubeObject);
}

/** The text of a manifest as the learner gets it. */
export function textOf({ documents }: Manifest): string {
  return textOfDocuments(documents);
}

/** A base file with these faults in it; undefined when one of them deletes it. */
export async function readManifest({ id, folder }: LoadedScenario, path: string, faults: readonly Fault[]): Promise<Manifest | undefined> {
  const own = faults.filter(({ target }) => target === path);
  if (own.some(({ patch }) => patch === 'delete')) return undefined;
  const { documents } = await readYamlFile(join(folder, path), `scenarios/${id}/${path}`);
  for (const fault of own) await plantInDocuments({ id, folder }, documents, fault);
  return { path, documents };
}

/** The text of a manifest with a fault in it, whatever became of the manifest since. */
export async function textWithFault(place: Pick<LoadedScenario, 'id' | 'folder'>, text: string, fault: Fault): Promise<string> {
  const documents = parseAllDocuments(text) as Document.Parsed[];
  await plantInDocuments(place, documents, fault);
  return textOf({ path: fault.target, documents });
}

/** The merge patch of a fault, as an object. */
export async function readPatch({ id, folder }: Pick<LoadedScenario, 'id' | 'folder'>, fault: Fault): Promise<unknown> {
  const path = fault.file!;
  const { documents } = await readYamlFile(join(folder, path), `scenarios/${id}/${path}`);
  if (documents.length !== 1) throw new ScenarioError(`scenarios/${id}/${path} must hold one document, the patch`);
  return documents[0]!.toJS();
}

/** Merge patches go to the document of the kind and name that they state, or to the only one. */
async function plantInDocuments(place: Pick<LoadedScenario, 'id' | 'folder'>, documents: Document.Parsed[], fault: Fault): Promise<void> {
  const patch = (await readPatch(place, fault)) as Partial<KubeObject>;
  const target = documents.find((document) => documents.length === 1 || isSameObject(document.toJS() as KubeObject, patch));
  if (!target) throw new ScenarioError(`fault "${fault.id}" of ${place.id} finds no object to change in ${fault.target}`);
  mergeIntoDocument(target, patch);
}

function isSameObject(object: KubeObject, patch: Partial<KubeObject>): boolean {
  return object.kind === patch.kind && object.metadata.name === patch.metadata?.name;
}
