import { expect, test } from 'vitest';
import { configMapsOf } from './config-maps-of.ts';
import type { PodSpec } from './types/core.ts';

test('finds ConfigMaps wherever a pod reads them, each once', () => {
  const spec = {
    initContainers: [{ name: 'init', envFrom: [{ configMapRef: { name: 'all', optional: true } }, { secretRef: { name: 'secret' } }] }],
    containers: [
      {
        name: 'shop',
        env: [
          { name: 'A', value: 'configMap' },
          { name: 'B', valueFrom: { configMapKeyRef: { name: 'one', key: 'b' } } },
          { name: 'C', valueFrom: { configMapKeyRef: { name: 'one', key: 'c' } } },
        ],
      },
    ],
    volumes: [
      { name: 'files', configMap: { name: 'files' } },
      { name: 'mixed', projected: { sources: [{ configMap: { name: 'projected' } }, { secret: { name: 'other' } }] } },
    ],
  } as unknown as PodSpec;
  expect(configMapsOf(spec)).toEqual(['all', 'one', 'files', 'projected']);
  expect(configMapsOf(undefined)).toEqual([]);
});
