import type { RecordedExpectation } from '../check-spec.ts';
import { findMismatches } from '../match.ts';
import type { ClusterObject, CustomerAnswer, DrillRecord } from '../ports.ts';
import type { Evidence } from '../report.ts';
import { POD_TEMPLATE_HASH } from '../timeline/replica-sets.ts';
import { at, combine, failed, passed, type Verdict } from '../verdict.ts';
import { answerEvidence, since } from './answers.ts';

/** A release as the drill made it: an image, and the pods that ran it. */
interface Release {
  image: string;
  hash: string;
}

/**
 * For each image there is, at the end, an object about its pods that was created during the drill, before customers met them; and the
 * newest of these says what is wanted. `{{image}}` and `{{hash}}` in what is wanted stand for the release.
 */
export function judgeRecorded(wanted: RecordedExpectation, record: DrillRecord): Promise<Verdict> {
  return Promise.all(wanted.images.map((image) => judgeImage(image, wanted, record))).then(combine);
}

async function judgeImage(image: string, wanted: RecordedExpectation, record: DrillRecord): Promise<Verdict> {
  const hash = lastHashOf(image, record);
  if (hash === undefined) return failed(`${image} never came up, so there is nothing to have a record of.`);
  const firstAnswer = arrivalOf(hash, record);
  if (wanted.ifServed && !firstAnswer) return passed(`${image} never reached customers.`);
  const records = await recordsOf({ image, hash }, wanted, record);
  const newest = records.at(-1);
  if (!newest) {
    const { made, left } = await whatThereIs(wanted, record);
    const others =
      made === 0
        ? `no ${wanted.resource} were made in the drill`
        : `of ${made} ${wanted.resource} made in the drill ${left.length} are left`;
    return failed(`Nothing is left that says what became of ${image} (pods ${hash}): ${others}.`, left.slice(-3));
  }
  const first = records[0]!;
  if (firstAnswer && first.atMs > firstAnswer.atMs)
    return failed(
      `Customers met ${image} ${since(record, firstAnswer)}; the first record of it that is left is of ${since(record, first)}.`,
      [answerEvidence(firstAnswer), recordEvidence(wanted.resource, first)],
    );
  const wrong = findMismatches(newest.object, filledIn(wanted.says, { image, hash }));
  if (wrong.length === 0)
    return passed(`${newest.object.metadata.name} says what became of ${image}.`, [recordEvidence(wanted.resource, newest)]);
  const told = wrong.map(({ path, expected, found }) => `${path} is ${found}, and should be ${expected}`).join('; ');
  return failed(`The record of ${image}, ${newest.object.metadata.name}, says something else: ${told}.`, [
    recordEvidence(wanted.resource, newest),
  ]);
}

/** When customers began to meet the pods; those that had them when the drill began do not count until they are back. */
function arrivalOf(hash: string, { answers }: DrillRecord): CustomerAnswer | undefined {
  const others = answers.findIndex(({ pod }) => pod && pod.podTemplateHash !== hash);
  return others < 0 ? undefined : answers.slice(others).find(({ pod }) => pod?.podTemplateHash === hash);
}

interface KeptRecord {
  atMs: number;
  object: ClusterObject;
}

/** What was created in the drill about the release and is there at the end, as it is at the end; oldest first. */
async function recordsOf(release: Release, wanted: RecordedExpectation, { journal, after }: DrillRecord): Promise<KeptRecord[]> {
  const about = filledIn(wanted.about, release);
  const kept = new Map((await after.list(wanted.resource)).map((object) => [object.metadata.uid, object]));
  return journal.flatMap(({ verb, resource, atMs, uid, after: created }) => {
    if (verb !== 'create' || resource !== wanted.resource || !created) return [];
    const object = kept.get(uid ?? created.metadata.uid);
    return object && findMismatches(object, about).length === 0 ? [{ atMs, object }] : [];
  });
}

/** The hash of the newest pods of an image that the drill saw; a release whose pods were there before keeps its hash. */
function lastHashOf(image: string, { journal }: DrillRecord): string | undefined {
  const hashes = journal.flatMap(({ resource, after }) => {
    if (resource !== 'pods' || !after) return [];
    const { containers = [] } = after['spec'] as { containers?: { image?: string }[] };
    const hash = after.metadata.labels?.[POD_TEMPLATE_HASH];
    return hash !== undefined && containers.some((container) => container.image === image) ? [hash] : [];
  });
  return hashes.at(-1);
}

function filledIn(wanted: unknown, { image, hash }: Release): unknown {
  if (typeof wanted === 'string') return wanted.replaceAll('{{image}}', image).replaceAll('{{hash}}', hash);
  if (Array.isArray(wanted)) return wanted.map((item) => filledIn(item, { image, hash }));
  if (typeof wanted !== 'object' || wanted === null) return wanted;
  return Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, filledIn(value, { image, hash })]));
}

function recordEvidence(resource: string, { atMs, object }: KeptRecord): Evidence {
  const content = JSON.stringify(object['data'] ?? object['spec'] ?? {});
  return { kind: 'object', at: at(atMs), object: `${resource} ${object.metadata.name}`, text: content };
}

/** What was written down at all, so that one sees whether it is missing or only looks different. */
async function whatThereIs(
  { resource }: RecordedExpectation,
  { journal, after }: DrillRecord,
): Promise<{ made: number; left: Evidence[] }> {
  const created = new Set(journal.filter((entry) => entry.verb === 'create' && entry.resource === resource).map(({ uid }) => uid));
  const objects = (await after.list(resource)).filter(({ metadata }) => created.has(metadata.uid));
  const left = objects.map(({ metadata, data = {} }): Evidence => {
    return { kind: 'object', object: `${resource} ${metadata.name}`, text: JSON.stringify({ labels: metadata.labels ?? {}, data }) };
  });
  return { made: created.size, left };
}
