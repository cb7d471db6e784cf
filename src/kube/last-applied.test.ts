import { describe, expect, it } from 'vitest';
import { LAST_APPLIED_ANNOTATION, lastAppliedOf, withLastApplied } from './last-applied.ts';
import type { KubeObject } from './types/meta.ts';

describe('withLastApplied', () => {
  it('remembers the object byte for byte as kubectl 1.34 does', () => {
    const object = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { namespace: 'cli-a', name: 'c', labels: { true: 'yes' } },
      data: { uni: 'héé\u2028x', multi: 'line\ntwo\n', html: "<a href='x'>&amp;</a>", a: '1' },
    };
    expect(withLastApplied(object).metadata.annotations).toEqual({
      [LAST_APPLIED_ANNOTATION]:
        '{"apiVersion":"v1","data":{"a":"1","html":"\\u003ca href=\'x\'\\u003e\\u0026amp;\\u003c/a\\u003e","multi":"line\\ntwo\\n","uni":"héé\\u2028x"},' +
        '"kind":"ConfigMap","metadata":{"annotations":{},"labels":{"true":"yes"},"name":"c","namespace":"cli-a"}}\n',
    });
  });

  it('keeps other annotations, and does not remember an annotation inside itself', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', annotations: { team: 'a', [LAST_APPLIED_ANNOTATION]: 'old' } },
    };
    const { annotations } = withLastApplied(object).metadata;
    expect(annotations?.['team']).toBe('a');
    expect(JSON.parse(annotations?.[LAST_APPLIED_ANNOTATION] ?? '')).toMatchObject({ metadata: { annotations: { team: 'a' } } });
    expect(annotations?.[LAST_APPLIED_ANNOTATION]).not.toContain('old');
    expect(object.metadata.annotations[LAST_APPLIED_ANNOTATION]).toBe('old');
  });
});

describe('lastAppliedOf', () => {
  const object = (annotation?: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', annotations: annotation === undefined ? {} : { [LAST_APPLIED_ANNOTATION]: annotation } },
  });

  it('reads what withLastApplied wrote', () => {
    expect(lastAppliedOf(withLastApplied(object()))).toEqual({ ...object() });
  });

  it.each([undefined, 'not json', 'null', '3'])('knows of nothing for %s', (annotation) => {
    expect(lastAppliedOf(object(annotation))).toEqual({});
  });
});
