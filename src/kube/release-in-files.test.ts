import { describe, expect, it } from 'vitest';
import { releaseInFiles } from './release-in-files.ts';

const ROLLOUT = `# Ours.
kind: Rollout
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
        - name: proxy
          image: proxy:1
        - name: shop # the one
          image: lab/shop:1.0 # released
`;

const release = { rollout: 'shop', container: 'shop', image: 'lab/shop:1.1' };

describe('a release in files', () => {
  it('changes the image where the Rollout is declared, and nothing else', () => {
    const files = {
      'README.md': 'kind: Rollout',
      'all.yaml': `kind: Service\nmetadata:\n  name: shop\n---\n${ROLLOUT}`,
      'b.yaml': 'a: 1\n',
    };
    expect(releaseInFiles(files, release)).toEqual({ ...files, 'all.yaml': files['all.yaml'].replace('lab/shop:1.0', 'lab/shop:1.1') });
  });

  it.each([
    ['no file declares the Rollout', { 'a.yaml': 'kind: Rollout\nmetadata: { name: other }\n' }],
    ['it has no such container', { 'a.yaml': 'kind: Rollout\nmetadata: { name: shop }\n' }],
    ['there is nothing at all', {}],
  ])('is refused where %s', (_, files) => {
    expect(() => releaseInFiles(files, release)).toThrow('declares the container shop');
  });
});
