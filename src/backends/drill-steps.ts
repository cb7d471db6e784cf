import { filesOf, type GitHistory } from '../apps/gitops/git-history.ts';
import { filesWithout, revertMessage } from '../apps/gitops/git-revert.ts';
import type { ClusterReader, DrillFault, DrillStep, ServiceName } from '../../grader/index.ts';
import { ClusterError } from '../errors.ts';
import type { ClusterSession } from '../kube/cluster-session.ts';
import { KeptRepository } from '../kube/kept-repository.ts';
import { releaseInFiles } from '../kube/release-in-files.ts';
import { configMapsOf } from '../kube/config-maps-of.ts';
import { actOnRollout, readRollout } from '../kube/rollout-actions.ts';
import { setEnv } from '../kube/set-env.ts';
import { setImage } from '../kube/set-image.ts';
import { parseDuration } from '../system/duration.ts';
import { settle } from './settle.ts';

const DRILL_AUTHOR = 'drill <drill@lab.example>';

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
  await noteRefusal(stage, () => attemptStep(step, stage));
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
  else if ('rollout' in step) {
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
    const { target, merge, subresource, as } = step.patch;
    stage.note(`patched ${target.resource} ${target.name} with ${JSON.stringify(merge)}${as ? ` as ${as}` : ''}`);
    const options = { ...(subresource && { subresource }), ...(as && { as }) };
    await session.client.patch(target.resource, target.namespace, target.name, { type: 'merge', body: merge }, options);
  } else if ('commit' in step) {
    const { application, release } = step.commit;
    stage.note(`committed the release of ${release.image} to the repository of ${application}`);
    await commit(application, stage, (history) => ({
      message: `Release ${release.image}\n`,
      files: releaseInFiles(filesOf(history, history.commits[0]), release),
    }));
  } else if ('revert' in step) {
    const { application } = step.revert;
    stage.note(`reverted the newest commit of the repository of ${application}`);
    await commit(application, stage, (history) => ({
      message: revertMessage(history.commits[0]!),
      files: filesWithout(history, history.commits[0]!),
    }));
  } else {
    const { target, as } = step.delete;
    stage.note(`deleted ${target.resource} ${target.name}${as ? ` as ${as}` : ''}`);
    await session.client.delete(target.resource, target.namespace, target.name, { propagationPolicy: 'Background', ...(as && { as }) });
  }
}

/** Where nothing was ever fetched, there is nothing to commit to; that is noted, too. */
async function commit(
  application: string,
  stage: DrillStage,
  change: (history: GitHistory) => { message: string; files: Record<string, string> },
): Promise<void> {
  const repository = new KeptRepository(stage.session.client, { namespace: stage.production.namespace, application });
  const history = await repository.read();
  if (history.commits.length === 0) stage.note(`nothing in the cluster knows of a repository of ${application}`);
  else await repository.commit({ author: DRILL_AUTHOR, ...change(history) });
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
