import { parseAllDocuments } from 'yaml';
import { ClusterError } from '../errors.ts';
import { textOfDocuments } from './manifest.ts';

/** Sets the image of a Rollout's container in the manifest that declares it; comments and order stay. */
export function releaseInFiles(
  files: Readonly<Record<string, string>>,
  { rollout, container, image }: { rollout: string; container: string; image: string },
): Record<string, string> {
  for (const [path, text] of Object.entries(files)) {
    if (!/\.(ya?ml|json)$/i.test(path)) continue;
    const documents = parseAllDocuments(text);
    for (const document of documents) {
      const object = document.toJS() as { kind?: string; metadata?: { name?: string }; spec?: PodTemplateOwner } | null;
      if (object?.kind !== 'Rollout' || object.metadata?.name !== rollout) continue;
      const index = object.spec?.template?.spec?.containers?.findIndex(({ name }) => name === container) ?? -1;
      if (index < 0) continue;
      document.setIn(['spec', 'template', 'spec', 'containers', index, 'image'], image);
      return { ...files, [path]: textOfDocuments(documents) };
    }
  }
  throw new ClusterError(`no file of the repository declares the container ${container} of the Rollout ${rollout}`, {
    status: 404,
    reason: 'NotFound',
  });
}

interface PodTemplateOwner {
  template?: { spec?: { containers?: { name: string }[] } };
}
