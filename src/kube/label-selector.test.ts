import { describe, expect, it } from 'vitest';
import { formatLabelSelector } from './label-selector.ts';

describe('formatLabelSelector', () => {
  it('writes every operator, in a fixed order', () => {
    expect(
      formatLabelSelector({
        matchLabels: { tier: 'web', app: 'shop' },
        matchExpressions: [
          { key: 'env', operator: 'In', values: ['b', 'a'] },
          { key: 'zone', operator: 'NotIn', values: ['x'] },
          { key: 'hash', operator: 'Exists' },
          { key: 'canary', operator: 'DoesNotExist' },
        ],
      }),
    ).toBe('!canary,app=shop,env in (a,b),hash,tier=web,zone notin (x)');
  });

  it('selects everything with an empty text', () => {
    expect(formatLabelSelector({})).toBe('');
  });
});
