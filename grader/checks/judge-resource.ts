import type { AbsentSpec, ResourceSpec } from '../check-spec.ts';
import { parseDuration } from '../duration.ts';
import { findMismatches, type Mismatch } from '../match.ts';
import type { ClusterObject, ClusterReader } from '../ports.ts';
import { failed, passed, type Verdict } from '../verdict.ts';

/** What waiting for an object takes. */
export interface Patience {
  now(): number;
  sleep(delayMs: number): Promise<void>;
}

const LOOK_EVERY_MS = 250;

/** Judges that an object is there and has the wanted fields, looking again until `within` is over. */
export async function judgeResource(spec: ResourceSpec, reader: ClusterReader, patience: Patience): Promise<Verdict> {
  return poll(spec.within, patience, () => lookForResource(spec, reader));
}

async function lookForResource(spec: ResourceSpec, reader: ClusterReader): Promise<Verdict> {
  const object = await reader.get(spec.resource, spec.namespace, spec.name);
  const subject = nameOf(spec);
  if (!object) return failed(`There is no ${subject}.`);
  const mismatches = findMismatches(object, spec.match);
  if (mismatches.length === 0) return passed(`${subject} is as expected.`);
  return failed(
    `${subject} differs: ${mismatches.map(describe).join('; ')}.`,
    mismatches.map((mismatch) => ({ kind: 'object', object: subject, text: describe(mismatch) })),
  );
}

/** Judges that no such object is there, while something else shows that the lab is at work. */
export async function judgeAbsent(spec: AbsentSpec, reader: ClusterReader, patience: Patience): Promise<Verdict> {
  return poll(spec.within, patience, async () => {
    const given = await lookForResource(spec.given, reader);
    return given.result === 'passed' ? lookForAbsence(spec, reader) : given;
  });
}

async function lookForAbsence(spec: AbsentSpec, reader: ClusterReader): Promise<Verdict> {
  const found = (await candidates(spec, reader)).filter((object) => findMismatches(object, spec.match ?? {}).length === 0);
  if (found.length === 0) return passed(`There is no such object among ${spec.resource}.`);
  const names = found.map(({ metadata }) => `${spec.resource} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`);
  return failed(
    `Still there: ${names.join(', ')}.`,
    names.map((object) => ({ kind: 'object', object, text: 'is still there' })),
  );
}

async function candidates(spec: AbsentSpec, reader: ClusterReader): Promise<ClusterObject[]> {
  if (spec.name === undefined) return reader.list(spec.resource, spec.namespace);
  const object = await reader.get(spec.resource, spec.namespace, spec.name);
  return object ? [object] : [];
}

async function poll(within: string | undefined, patience: Patience, look: () => Promise<Verdict>): Promise<Verdict> {
  const deadlineMs = patience.now() + (within ? parseDuration(within) : 0);
  for (;;) {
    const verdict = await look();
    if (verdict.result === 'passed' || patience.now() >= deadlineMs) return verdict;
    await patience.sleep(LOOK_EVERY_MS);
  }
}

function nameOf({ resource, namespace, name }: ResourceSpec): string {
  return `${resource} ${namespace ? `${namespace}/` : ''}${name}`;
}

function describe({ path, expected, found }: Mismatch): string {
  return `${path} should be ${expected}, found ${found}`;
}
