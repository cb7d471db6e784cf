import type { KubeObject } from '../../../src/kube/types/meta.ts';
import { containersOf, jobPodsOf, jobSpecsOf, metricsOf } from './job-pods.ts';
import type { Draft, Surroundings } from './draft.ts';
import { at, isFields, listAt, mapValues, type Fields } from './walk.ts';

function objectsIn(draft: Draft): KubeObject[] {
  return [...draft.files.values()].flat();
}

/** Labels and annotations that mean something to people only. */
export function addNotes(draft: Draft, { random }: Surroundings): string[] {
  for (const { metadata } of objectsIn(draft)) {
    metadata.labels = { ...metadata.labels, 'team.example/owner': random.oneOf(['shop', 'platform', 'alex']) };
    metadata.annotations = { ...metadata.annotations, 'team.example/ticket': `OPS-${random.below(1000)}` };
  }
  return draft.files.size > 0 ? ['labels and annotations of the team'] : [];
}

/** Writes down what holds anyhow. */
export function spellDefaultsOut(draft: Draft): string[] {
  const before = JSON.stringify([...draft.files]);
  for (const object of objectsIn(draft)) {
    for (const metric of metricsOf(object)) fill(metric, { failureLimit: 0, inconclusiveLimit: 0 });
    for (const spec of jobSpecsOf(object)) fill(spec, { parallelism: 1, completions: 1 });
    for (const pod of jobPodsOf(object)) {
      fill(pod, { terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' });
      for (const container of containersOf(pod)) fill(container, { terminationMessagePath: '/dev/termination-log', stdin: false });
    }
    if (object.kind === 'Rollout') spellRolloutOut(object);
    if (object.kind === 'NetworkPolicy') spellPolicyOut(object);
  }
  return JSON.stringify([...draft.files]) === before ? [] : ['defaults spelled out'];
}

function spellRolloutOut(rollout: KubeObject): void {
  const spec = at(rollout, 'spec');
  if (!isFields(spec)) return;
  fill(spec, { minReadySeconds: 0, progressDeadlineSeconds: 600, paused: false });
  const blueGreen = at(spec, 'strategy', 'blueGreen');
  if (isFields(blueGreen)) fill(blueGreen, { autoPromotionEnabled: true });
}

function spellPolicyOut(policy: KubeObject): void {
  const rules = [...listAt(policy, 'spec', 'ingress'), ...listAt(policy, 'spec', 'egress')];
  for (const port of rules.flatMap((rule) => listAt(rule, 'ports'))) fill(port, { protocol: 'TCP' });
}

function fill(fields: Fields, defaults: Fields): void {
  for (const [key, value] of Object.entries(defaults)) fields[key] ??= value;
}

/** The scanner's image by its whole name, where the registry is left out. */
export function nameImagesInFull(draft: Draft): string[] {
  const containers = objectsIn(draft).flatMap(jobPodsOf).flatMap(containersOf);
  const short = containers.filter(({ image }) => typeof image === 'string' && /^projectdiscovery\//.test(image));
  for (const container of short) container['image'] = `docker.io/${String(container['image'])}`;
  return short.length > 0 ? ['the scanner as docker.io/…'] : [];
}

/** Says which port is meant, where it is the one of HTTP. */
export function namePorts(draft: Draft): string[] {
  let count = 0;
  const withPort = (value: unknown): unknown =>
    typeof value !== 'string'
      ? value
      : value.replaceAll(/(http:\/\/[\w.-]+\.svc\.cluster\.local)(?![\w.:-])/g, (target) => {
          count++;
          return `${target}:80`;
        });
  for (const [file, objects] of draft.files) {
    draft.files.set(
      file,
      objects.map((object) => (metricsOf(object).length > 0 ? (mapValues(object, withPort) as KubeObject) : object)),
    );
  }
  return count > 0 ? ['port 80 named in targets'] : [];
}

/** A remark at the beginning of each script of a Job. */
export function remark(draft: Draft): string[] {
  let count = 0;
  for (const container of objectsIn(draft).flatMap(jobPodsOf).flatMap(containersOf)) {
    for (const key of ['command', 'args']) {
      const words = container[key];
      if (!Array.isArray(words)) continue;
      container[key] = words.map((word: unknown) => {
        if (typeof word !== 'string' || !word.includes('\n') || word.startsWith('#!')) return word;
        count++;
        return `# Agreed with the team's "security" people; don't touch.\n\n${word}`;
      });
    }
  }
  return count > 0 ? ['remarks in scripts'] : [];
}

/** A variable and a request for resources that a Job's containers make no use of. */
export function addUnused(draft: Draft, { random }: Surroundings): string[] {
  const containers = objectsIn(draft).flatMap(jobPodsOf).flatMap(containersOf);
  for (const container of containers) {
    container['env'] = [...listAt(container, 'env'), { name: 'WRITTEN_BY', value: `learner ${random.below(100)}` }];
    container['resources'] ??= { requests: { cpu: '10m', memory: '32Mi' } };
  }
  return containers.length > 0 ? ['an unused variable in Jobs'] : [];
}
