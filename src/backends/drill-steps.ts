import type { ClusterReader, DrillFault, DrillStep, ServiceName } from '../../grader/index.ts';
import { ClusterError } from '../errors.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import { configMapsOf } from '../kube/config-maps-of.ts';
import { isSubset } from '../kube/is-subset.ts';
import { actOnRollout, readRollout } from '../kube/rollout-actions.ts';
import { setEnv } from '../kube/set-env.ts';
import { setImage } from '../kube/set-image.ts';
import { parseDuration } from '../system/duration.ts';
import { untilTimeOfDayMs } from '../system/time-of-day.ts';
import { settle } from './settle.ts';

/** Breaks things, and mends them. */
export interface Breaker {
  break(fault: DrillFault): void | Promise<void>;
  /** Takes everything back that is broken. */
  mend(): void | Promise<void>;
}

/** What the steps of a drill act on. */
export interface DrillStage {
  session: ClusterSession;
  /** The cluster that is acted on, as it is at each look. */
  reader: ClusterReader;
  faults: Breaker;
  production: ServiceName;
  /** Names of the ready pods behind a Service of production's namespace. */
  podsBehind(service: string): string[];
  now(): number;
  /** Takes down what the drill did. */
  note(what: string): void;
}

/** Carries out one step of a drill. What the cluster refuses is noted, and the drill goes on: a closed door is an outcome. */
export async function carryOutStep(step: DrillStep, stage: DrillStage): Promise<void> {
  const acting = step.as === undefined ? stage : onBehalfOf(step.as, stage);
  await noteRefusal(acting, () => attemptStep(step, acting));
}

/** The stage as this user has it: with their rights, and their name in the notes. What is looked up is looked up as before. */
function onBehalfOf(user: string, stage: DrillStage): DrillStage {
  const { session } = stage;
  return {
    ...stage,
    session: {
      client: session.client.actingAs(user),
      waitUntil: (holds, withinMs) => session.waitUntil(holds, withinMs),
      elapse: (delayMs) => session.elapse(delayMs),
    },
    note: (what) => stage.note(`as ${user}: ${what}`),
  };
}

async function noteRefusal(stage: DrillStage, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status === undefined || error.status >= 500) throw error;
    stage.note(`the cluster refused that: ${error.message}`);
  }
}

async function attemptStep(step: DrillStep, stage: DrillStage): Promise<void> {
  const { session, production, faults } = stage;
  const { namespace } = production;
  if ('release' in step) {
    const { rollout, container, image } = step.release;
    stage.note(`released ${image}`);
    await setImage(session.client, { namespace, name: rollout }, container, image);
  } else if ('settle' in step) await letSettle(step.settle, stage);
  else if ('elapse' in step) await session.elapse(parseDuration(step.elapse)!);
  else if ('until' in step) {
    const { time, timeZone } = step.until;
    await session.elapse(untilTimeOfDayMs(stage.now(), time, timeZone));
    stage.note(`it became ${time} (${timeZone})`);
  } else if ('rollout' in step) {
    const { name, action, toRevision } = step.rollout;
    stage.note(`${action} of Rollout ${name}`);
    const options = { restart: { atMs: stage.now(), in: '0s' }, ...(toRevision !== undefined && { toRevision }) };
    await actOnRollout(session.client, { namespace, name }, action, options);
  } else if ('deletePods' in step) {
    stage.note(`deleted the pods behind ${step.deletePods.behind}`);
    for (const pod of stage.podsBehind(step.deletePods.behind)) await session.client.delete('pods', namespace, pod);
  } else if ('break' in step) {
    stage.note(`broke something: ${JSON.stringify(step.break)}`);
    await faults.break(step.break);
  } else if ('mend' in step) {
    stage.note('mended what was broken');
    await faults.mend();
  } else if ('reconfigure' in step) {
    const { rollout, data } = step.reconfigure;
    stage.note(`changed the configuration of Rollout ${rollout} in place: ${JSON.stringify(data)}`);
    await changeConfigMaps(step.reconfigure, stage);
  } else if ('setEnv' in step) {
    const { rollout, container, env } = step.setEnv;
    stage.note(`set ${JSON.stringify(env)} in the pod template of Rollout ${rollout}`);
    await setEnv(session.client, { namespace, name: rollout }, container, env);
  } else if ('patch' in step) {
    await patchTargets(step.patch, stage);
  } else {
    const { target, as } = step.delete;
    stage.note(`deleted ${target.resource} ${target.name}${as ? ` as ${as}` : ''}`);
    await session.client.delete(target.resource, target.namespace, target.name, { propagationPolicy: 'Background', ...(as && { as }) });
  }
}

type PatchAct = Extract<DrillStep, { patch: unknown }>['patch'];

/** What one of them refuses is noted, and the others are patched all the same. */
async function patchTargets({ target, merge, subresource, as }: PatchAct, stage: DrillStage): Promise<void> {
  const { resource, namespace } = target;
  const options = { ...(subresource && { subresource }), ...(as && { as }) };
  const names = 'name' in target ? [target.name] : await namesLike(target, stage.reader);
  const what = subresource ? `the ${subresource} of ${resource}` : resource;
  for (const name of names) {
    stage.note(`patched ${what} ${name} with ${JSON.stringify(merge)}${as ? ` as ${as}` : ''}`);
    await noteRefusal(stage, async () => {
      await stage.session.client.patch(resource, namespace, name, { type: 'merge', body: merge }, options);
    });
  }
}

async function namesLike(
  { resource, namespace, match }: Exclude<PatchAct['target'], { name: string }>,
  reader: ClusterReader,
): Promise<string[]> {
  const objects = await reader.list(resource, namespace);
  return objects.filter((object) => isSubset(object, match)).map(({ metadata }) => metadata.name);
}

/** Those that refuse the change are noted, and the others are changed all the same. */
async function changeConfigMaps({ rollout, data }: { rollout: string; data: Record<string, string> }, stage: DrillStage): Promise<void> {
  const { client } = stage.session;
  const { namespace } = stage.production;
  const { spec } = await readRollout(client, { namespace, name: rollout });
  const names = configMapsOf(spec.template?.spec);
  if (names.length === 0) stage.note(`its pod template refers to no ConfigMap`);
  for (const name of names) {
    await noteRefusal(stage, async () => {
      if (await client.get('configmaps', namespace, name))
        await client.patch('configmaps', namespace, name, { type: 'merge', body: { data } });
      else await client.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });
    });
  }
}

async function letSettle(
  { rollout, within, promotes = false }: { rollout: string; within: string; promotes?: boolean },
  stage: DrillStage,
): Promise<void> {
  const target = { namespace: stage.production.namespace, name: rollout };
  const isAtRest = await settle(stage.session, target, {
    reader: stage.reader,
    withinMs: parseDuration(within)!,
    now: () => stage.now(),
    promotes,
  });
  stage.note(isAtRest ? `Rollout ${rollout} came to rest` : `Rollout ${rollout} had not come to rest after ${within}`);
}
