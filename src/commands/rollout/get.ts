import { setTimeout } from 'node:timers/promises';
import type { KubeClient } from '../../kube/client.ts';
import type { RolloutTarget } from '../../kube/rollout-actions.ts';
import { FAMILY_RESOURCES, readRolloutFamily } from '../../kube/rollout-view/read-family.ts';
import { renderRollout } from '../../kube/rollout-view/render-rollout.ts';
import { viewRollout } from '../../kube/rollout-view/view-rollout.ts';
import { watchCollections } from '../../kube/watch-collections.ts';
import type { CommandContext } from '../context.ts';
import { durationOption, until, withRollout, type RolloutOptions } from './with-rollout.ts';

export interface GetOptions extends RolloutOptions {
  /** Draws again after every change. */
  isWatching: boolean;
  /** `0` for ever. */
  timeoutSeconds: string;
}

/** Changes that come close together are drawn once. */
const REDRAW_PAUSE_MS = 100;
const CLEAR_SCREEN = '\u001b[H\u001b[2J';

/** `lab rollout get`: the Rollout with its revisions, pods and analyses as a tree, as the plugin prints it. */
export async function get(context: CommandContext, options: GetOptions): Promise<number> {
  const timeoutMs = durationOption('--timeout-seconds', `${options.timeoutSeconds}s`);
  return withRollout(context, options, async (client, target) => {
    if (!options.isWatching) context.io.write(await draw(context, client, target));
    else await until(context, timeoutMs, (signal) => keepDrawing(context, client, target, signal));
  });
}

async function draw({ io }: CommandContext, client: KubeClient, { namespace, name }: RolloutTarget): Promise<string> {
  const family = await readRolloutFamily(client, namespace, name);
  const nowMs = io.now();
  return renderRollout(viewRollout(family, nowMs), nowMs, (text, tone) => io.paint(text, tone));
}

async function keepDrawing(context: CommandContext, client: KubeClient, target: RolloutTarget, signal: AbortSignal): Promise<void> {
  const { io } = context;
  let isDue = false;
  const stop = new AbortController();
  const drawNow = async (): Promise<void> => {
    await setTimeout(REDRAW_PAUSE_MS);
    isDue = false;
    if (!signal.aborted) io.write((io.isTerminal ? CLEAR_SCREEN : '') + (await draw(context, client, target)));
  };
  let drawing: Promise<void> = Promise.resolve();
  const onChange = (): void => {
    if (isDue) return;
    isDue = true;
    drawing = drawing.then(drawNow);
    drawing.catch(() => stop.abort());
  };
  const either = AbortSignal.any([signal, stop.signal]);
  await watchCollections(client, { namespace: target.namespace, resources: FAMILY_RESOURCES, signal: either }, onChange);
  await drawing;
}
