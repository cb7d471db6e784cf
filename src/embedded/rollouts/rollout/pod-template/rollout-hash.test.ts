import { expect, test } from 'vitest';
import { rolloutTemplateHash } from './rollout-hash.ts';

test('is the hash that the real controller computed for this template', () => {
  expect(
    rolloutTemplateHash({
      metadata: { labels: { app: 'gated' } },
      spec: {
        containers: [{ command: ['sleep', '3600'], image: 'debian:bookworm-slim', name: 'app', resources: {} }],
        terminationGracePeriodSeconds: 1,
      },
    }),
  ).toBe('6dc9c79f67');
});
