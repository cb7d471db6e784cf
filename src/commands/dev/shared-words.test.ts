import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstSharedRun } from './shared-words.ts';

describe('firstSharedRun', () => {
  it('finds eight words in a row, whatever stands between them', () => {
    const text = 'It says: set "prePromotionAnalysis" to the template, and promote by hand.';
    const other = '- says set\n  prePromotionAnalysis: to the template and promote';
    expect(firstSharedRun(text, other)).toBe('says set prepromotionanalysis to the template and promote');
  });

  it('lets seven words in a row pass', () => {
    expect(firstSharedRun('a b c d e f g x', 'a b c d e f g y')).toBeUndefined();
    expect(firstSharedRun('', '')).toBeUndefined();
  });

  it('lets pass what the reader knows already', () => {
    const planted = 'spec: { containers: [{ name: shop, image: shop, ports: [http] }] }';
    expect(firstSharedRun(planted, planted)).toBe('spec containers name shop image shop ports http');
    expect(firstSharedRun(planted, planted, planted)).toBeUndefined();
    expect(firstSharedRun('a b c d e f g h i', 'a b c d e f g h i', 'a b c d e f g h')).toBe('b c d e f g h i');
  });

  it('finds any eight words of the other text, wherever they stand', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(fc.array(word), fc.array(word, { minLength: 8, maxLength: 8 }), fc.array(word), (before, run, after) => {
        const found = firstSharedRun([...before, ...run, ...after].join(' '), run.join(', '));
        expect(found).toBe(run.join(' '));
      }),
    );
  });
});
