import type { DrillActOf } from './drill-act-of.ts';
import { noteRefusal, type DrillStage } from './drill-stage.ts';

/** Tries to falsify ConfigMaps; each attempt that the cluster refuses is noted, and the next is made all the same. */
export async function forge({ labels, data, ways }: DrillActOf<'forge'>, stage: DrillStage): Promise<void> {
  const { client } = stage.session;
  const { namespace } = stage.production;
  const found = (await stage.reader.list('configmaps', namespace)).filter(({ metadata }) =>
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
  );
  stage.note(`tried to falsify the ${found.length} ConfigMaps with ${JSON.stringify(labels)}: ${ways.join(', ')}`);
  for (const { apiVersion, kind, metadata, ...content } of found) {
    const { name } = metadata;
    const copy = { apiVersion, kind, ...content, metadata: { name: `${name}-copy`, namespace, labels: { ...metadata.labels } } };
    const attempts = {
      change: () => client.patch('configmaps', namespace, name, { type: 'merge', body: { data } }),
      delete: () => client.delete('configmaps', namespace, name),
      copy: () => client.create('configmaps', { ...copy, data: { ...(content['data'] as object | undefined), ...data } }),
    };
    for (const way of ways) {
      await noteRefusal(stage, async () => {
        await attempts[way]();
      });
    }
  }
}
