import type { Draft, DraftStep, Surroundings } from './draft.ts';

/** Applies everything twice. */
export function applyTwice(draft: Draft): string[] {
  draft.steps = draft.steps.flatMap((step): DraftStep[] => ('apply' in step ? [step, structuredClone(step)] : [step]));
  return draft.steps.some((step) => 'apply' in step) ? ['everything applied twice'] : [];
}

/** Something else that the team keeps in the namespace. */
export function addBystander(draft: Draft, { loaded, random }: Surroundings): string[] {
  const name = `notes-${random.below(1000)}`;
  const { namespace } = loaded.scenario.spec;
  draft.files.set('bystander.yaml', [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: { 'notes.txt': 'Ask before you touch the gate.' },
    },
  ]);
  draft.steps.unshift({ apply: ['bystander.yaml'] });
  return [`a ConfigMap ${name} beside`];
}
