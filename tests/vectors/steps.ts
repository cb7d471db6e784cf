import type { RolloutAction } from '../../src/kube/rollout-actions.ts';
import type { AnalysisPhase, RolloutSpec } from '../../src/kube/types/rollouts.ts';
import { analysisTemplate, gate, jobMetric, NAMESPACE_ARGUMENT, service, template, type Version } from '../rollout-world/manifests.ts';
import type { World } from '../rollout-world/world.ts';

export function createServices(world: World): Promise<void> {
  return world.create(service('active'), service('preview'));
}

/** Both Services, and whatever else is given; then the first version, until it is live. */
export async function deploy(world: World, ...objects: Parameters<World['create']>): Promise<void> {
  await createServices(world);
  await world.create(...objects);
  await world.untilHealthy();
  await world.settle();
}

/** Puts another version's template into the Rollout. */
export function update(world: World, version = 'v2', how: Version = {}, spec: Partial<RolloutSpec> = {}): Promise<void> {
  return world.change({ ...spec, template: template(version, how) });
}

/** Updates until the new version is live and nothing moves. */
export async function release(world: World, version = 'v2', how: Version = {}): Promise<void> {
  await update(world, version, how);
  await world.untilHealthy();
  await world.settle();
}

export async function act(world: World, action: RolloutAction): Promise<void> {
  await world.act(action);
}

export function untilRun(world: World, name: string, phase: AnalysisPhase, withinSeconds?: number): Promise<void> {
  return world.until(`${name} ${phase}`, () => world.run(name)?.status?.phase === phase, withinSeconds);
}

/** Updates to a version whose gate fails, until the update is aborted and nothing moves. */
export async function failUpdate(world: World, version = 'v2', how: Version = {}): Promise<void> {
  await update(world, version, how);
  await world.untilPhase('Degraded: RolloutAborted');
  await world.settle();
}

/** Replaces the gate's metrics; the controller has heard of it when this ends. */
export async function changeGate(world: World, spec: ReturnType<typeof analysisTemplate>['spec']): Promise<void> {
  await world.patch('analysistemplates.argoproj.io', 'gate', { type: 'merge', body: { spec } });
  await world.pass(1);
}

/** The switches of a Service that were told, as `h1 -> h2`. */
export function switches(world: World, name = 'active'): string[] {
  const told = new RegExp(`^SwitchService: Switched selector for service '${name}' from '(.*)' to '(.*)'`);
  return world.history().events.flatMap((event) => {
    const match = told.exec(event);
    return match ? [`${match[1]} -> ${match[2]}`] : [];
  });
}

/** The names of the Rollout's events, in order. */
export function reasons(world: World): string[] {
  return world
    .history()
    .events.filter((event) => !event.startsWith('AnalysisRun '))
    .map((event) => event.replace(/^Warning /, '').replace(/:.*/, ''));
}

export const PASSING = analysisTemplate([jobMetric('sleep 1')]);
export const FAILING = analysisTemplate([jobMetric('exit 1')]);
export const ENDLESS = analysisTemplate([jobMetric('sleep 3600')]);

export const PRE = { prePromotionAnalysis: gate() };
export const POST = { postPromotionAnalysis: gate() };

/** A gate before promotion that asks the pod `web`. */
export const WEB_PRE = { prePromotionAnalysis: { ...gate(), args: [NAMESPACE_ARGUMENT] } };
export const WEB_ARGS = [{ name: 'namespace' }];
