import { configMapsOf } from '../../kube/config-maps-of.ts';
import { actOnRollout, readRollout } from '../../kube/rollout-actions.ts';
import { setEnv } from '../../kube/set-env.ts';
import { setImage } from '../../kube/set-image.ts';
import { parseDuration } from '../../system/duration.ts';
import { settle } from '../settle.ts';
import type { DrillActOf } from './drill-act-of.ts';
import { noteRefusal, type DrillStage } from './drill-stage.ts';

export async function release({ rollout, container, image }: DrillActOf<'release'>, stage: DrillStage): Promise<void> {
  stage.note(`released ${image}`);
  await setImage(stage.session.client, { namespace: stage.production.namespace, name: rollout }, container, image);
}

export async function actOn({ name, action, toRevision }: DrillActOf<'rollout'>, stage: DrillStage): Promise<void> {
  stage.note(`${action} of Rollout ${name}`);
  const options = { restart: { atMs: stage.now(), in: '0s' }, ...(toRevision !== undefined && { toRevision }) };
  await actOnRollout(stage.session.client, { namespace: stage.production.namespace, name }, action, options);
}

export async function letSettle({ rollout, within, promotes = false }: DrillActOf<'settle'>, stage: DrillStage): Promise<void> {
  const target = { namespace: stage.production.namespace, name: rollout };
  const isAtRest = await settle(stage.session, target, {
    reader: stage.reader,
    withinMs: parseDuration(within)!,
    now: () => stage.now(),
    promotes,
  });
  stage.note(isAtRest ? `Rollout ${rollout} came to rest` : `Rollout ${rollout} had not come to rest after ${within}`);
}

export async function setVariables({ rollout, container, env }: DrillActOf<'setEnv'>, stage: DrillStage): Promise<void> {
  stage.note(`set ${JSON.stringify(env)} in the pod template of Rollout ${rollout}`);
  await setEnv(stage.session.client, { namespace: stage.production.namespace, name: rollout }, container, env);
}

/** ConfigMaps that refuse the change are noted, and the others are changed all the same. */
export async function reconfigure({ rollout, data }: DrillActOf<'reconfigure'>, stage: DrillStage): Promise<void> {
  stage.note(`changed the configuration of Rollout ${rollout} in place: ${JSON.stringify(data)}`);
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
