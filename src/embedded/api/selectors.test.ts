import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject, LabelSelector } from '../../kube/types/meta.ts';
import { BUILTIN_RESOURCES } from './builtin-resources.ts';
import { exactNameOf, parseFieldSelector } from './field-selector.ts';
import { groupResource } from './resource.ts';
import { formatLabelSelector, matchesLabelSelector, parseLabelSelector } from './selectors.ts';

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/label-selectors.json'), 'utf8')) as Record<string, string | null>;

function problemOf(action: () => unknown): string | null {
  try {
    action();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a label selector of a query', () => {
  it.each(Object.entries(golden))('%j is judged as by the real server', (selector, message) => {
    expect(problemOf(() => parseLabelSelector(selector))).toBe(message);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['a=b', { a: 'b' }, true],
    ['a=b', {}, false],
    ['a==b,c!=d', { a: 'b' }, true],
    ['a!=b', { a: 'b' }, false],
    ['a in (x,y)', { a: 'y' }, true],
    ['a in (x,y)', {}, false],
    ['a notin (x)', {}, true],
    ['a notin (x)', { a: 'x' }, false],
    ['a', { a: '' }, true],
    ['!a', { a: '' }, false],
    ['a=', { a: '' }, true],
    ['a=', {}, false],
    ['n>4', { n: '10' }, true],
    ['n<4', { n: '10' }, false],
    ['n>4', { n: 'x' }, false],
    ['toString', {}, false],
    ['', { a: 'b' }, true],
  ])('%j on %j is %j', (selector, labels, expected) => expect(parseLabelSelector(selector)(labels)).toBe(expected));

  it('means the same as the selector of a spec that it was formatted from', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const value = fc.constantFrom('x', 'y', 'z');
    const requirement = fc.oneof(
      fc.record({
        key,
        operator: fc.constantFrom('In' as const, 'NotIn' as const),
        values: fc.array(value, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
    );
    const selector: fc.Arbitrary<LabelSelector> = fc.record({
      matchLabels: fc.dictionary(key, value),
      matchExpressions: fc.array(requirement, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(selector, fc.dictionary(key, value), (given, labels) => {
        expect(parseLabelSelector(formatLabelSelector(given))(labels)).toBe(matchesLabelSelector(given, labels));
      }),
    );
  });
});

describe('a field selector', () => {
  const select = (resource: string, text: string): ((object: KubeObject) => boolean) =>
    parseFieldSelector(
      text,
      BUILTIN_RESOURCES.find((definition) => groupResource(definition) === resource)!,
    );
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, spec: { nodeName: 'x' }, status: {} };

  it.each<[string, boolean]>([
    ['metadata.name=p', true],
    ['metadata.name==p,metadata.namespace=n', true],
    ['metadata.name!=p', false],
    ['spec.nodeName=x', true],
    ['status.phase=', true],
    ['status.phase!=Running', true],
    ['spec.hostNetwork=false', true],
    ['metadata.name=a\\,b', false],
    [',', true],
  ])('%j on a pod is %j', (selector, expected) => expect(select('pods', selector)(pod)).toBe(expected));

  it('reads the fields that are not where their name says', () => {
    expect(select('events', 'source=kubelet')({ ...pod, source: { component: 'kubelet' } })).toBe(true);
    expect(select('jobs.batch', 'status.successful=0')({ ...pod, status: {} })).toBe(true);
    expect(select('jobs.batch', 'status.successful=2')({ ...pod, status: { succeeded: 2 } })).toBe(true);
  });

  it.each<[string, string, string]>([
    ['pods', 'spec.foo=x', 'field label not supported: spec.foo'],
    ['jobs.batch', 'spec.foo=x', 'field label "spec.foo" not supported for Job'],
    ['deployments.apps', 'spec.foo=x', '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['nodes', 'metadata.namespace=x', 'field label not supported: metadata.namespace'],
    ['pods', 'abc', "invalid selector: 'abc'; can't understand 'abc'"],
    ['pods', '=a', 'field label not supported: '],
    ['pods', 'metadata.name=a=b', 'invalid field selector: unescaped character in value: 61'],
    ['pods', 'metadata.name=a\\x', 'invalid field selector: invalid escape sequence: \\x'],
  ])('for %s, %j: %s', (resource, selector, message) => expect(problemOf(() => select(resource, selector))).toBe(message));

  it('may name one object', () => {
    expect(['metadata.name=x', 'a=b,metadata.name==x', 'metadata.name!=x', 'metadata.name='].map(exactNameOf)).toEqual([
      'x',
      'x',
      undefined,
      undefined,
    ]);
  });
});
