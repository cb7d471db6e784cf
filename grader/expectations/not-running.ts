import type { DrillRecord } from '../ports.ts';
import { readPath, readText } from '../read-path.ts';
import { failed, passed, type Verdict } from '../verdict.ts';

/** At the end of the drill no pod runs one of these images, or is about to; whether it served customers makes no difference. */
export async function judgeNotRunning({ images }: { images: string[] }, { after }: DrillRecord): Promise<Verdict> {
  const pods = (await after.list('pods')).filter((pod) => !['Succeeded', 'Failed'].includes(readText(pod, 'status.phase') ?? ''));
  const left = pods.filter((pod) => imagesOf(pod).some((image) => images.includes(image)));
  if (left.length === 0) return passed(`No pod of ${images.join(', ')} was left.`);
  const names = left.map(({ metadata }) => metadata.name);
  return failed(
    `At the end pods of ${images.join(', ')} were still there: ${names.join(', ')}.`,
    left.map((pod) => ({ kind: 'object', object: `pods ${pod.metadata.name}`, text: `runs ${imagesOf(pod).join(', ')}` })),
  );
}

function imagesOf(pod: unknown): string[] {
  const containers = readPath(pod, 'spec.containers');
  return Array.isArray(containers) ? containers.flatMap((container) => readText(container, 'image') ?? []) : [];
}
