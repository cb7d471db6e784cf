import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderRollout, type Paint } from './render-rollout.ts';
import type { RolloutFamily } from './rollout-family.ts';
import { viewRollout } from './view-rollout.ts';

/** Objects of a real cluster with Argo Rollouts 1.10.1, and what `kubectl argo rollouts get rollout --no-color` printed for them. */
function fixture(name: string): { family: RolloutFamily; nowMs: number; output: string } {
  const read = (file: string): string => readFileSync(new URL(`fixtures/${name}.${file}`, import.meta.url), 'utf8');
  const { now, family } = JSON.parse(read('input.json')) as { now: string; family: RolloutFamily };
  return { family, nowMs: Date.parse(now), output: read('output.txt') };
}

const plain: Paint = (text) => text;

describe('rollout get', () => {
  it.each(['gated-failed', 'canary-experiment', 'unpullable'])('prints %s as the plugin does', (name) => {
    const { family, nowMs, output } = fixture(name);
    expect(renderRollout(viewRollout(family, nowMs), nowMs, plain)).toBe(output);
  });

  it('does not depend on the order in which the server lists objects', () => {
    const { family, nowMs, output } = fixture('unpullable');
    const reversed = {
      ...family,
      replicaSets: family.replicaSets.toReversed(),
      pods: family.pods.toReversed(),
      analysisRuns: family.analysisRuns.toReversed(),
    };
    expect(renderRollout(viewRollout(reversed, nowMs), nowMs, plain)).toBe(output);
  });

  it('colours words without moving columns', () => {
    const { family, nowMs, output } = fixture('gated-failed');
    const painted = renderRollout(viewRollout(family, nowMs), nowMs, (text, tone) => (tone ? `<${tone}>${text}</>` : text));
    expect(painted).toContain('<bad>✖</> Degraded');
    expect(painted).toContain('<good>stable</>,<good>active</>');
    expect(painted.replaceAll(/<[^>]*>/g, '')).toBe(output);
  });

  it('shows a Rollout that no controller has seen', () => {
    const { family, nowMs } = fixture('gated-failed');
    const { status: _status, ...rollout } = family.rollout;
    const text = renderRollout(viewRollout({ rollout, replicaSets: [], pods: [], analysisRuns: [], experiments: [] }, nowMs), nowMs, plain);
    expect(text).toContain('Status:          ◌ Progressing\nMessage:         more replicas need to be updated');
    expect(text).toContain('  Current:       0\n');
  });
});
