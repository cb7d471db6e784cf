import { describe, expect, it } from 'vitest';
import { builtInOpenApiSchemas, metadataOpenApiSchemas } from './built-in-openapi.ts';

type Schema = Record<string, unknown> & { properties: Record<string, Record<string, unknown>> };

const core = builtInOpenApiSchemas('', 'v1') as Record<string, Schema>;
const podSpec = core['io.k8s.api.core.v1.PodSpec']!;

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    // Why not objects: JSONSchemaProps has a property of that name.
    key === '$ref' && typeof child === 'string' ? [child] : references(child),
  );
}

describe('builtInOpenApiSchemas', () => {
  it.each([
    ['', 'v1'],
    ['apps', 'v1'],
    ['batch', 'v1'],
    ['networking.k8s.io', 'v1'],
    ['apiextensions.k8s.io', 'v1'],
    ['autoscaling', 'v2'],
  ])('has everything that the kinds of "%s/%s" refer to', (group, version) => {
    const schemas = builtInOpenApiSchemas(group, version);
    const missing = references(schemas).filter((reference) => !(reference.replace('#/components/schemas/', '') in schemas));
    expect(missing).toEqual([]);
    expect(Object.keys(schemas).length).toBeGreaterThan(5);
  });

  it('says which kind a component is', () => {
    expect(core['io.k8s.api.core.v1.Pod']!['x-kubernetes-group-version-kind']).toEqual([{ group: '', kind: 'Pod', version: 'v1' }]);
    expect(podSpec['x-kubernetes-group-version-kind']).toBeUndefined();
  });

  it('tells the type of a field, what it must have, and how its list is merged', () => {
    expect(podSpec['required']).toEqual(['containers']);
    expect(podSpec.properties['containers']).toEqual({
      type: 'array',
      items: { $ref: '#/components/schemas/io.k8s.api.core.v1.Container' },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
    });
    expect(podSpec.properties['restartPolicy']).toMatchObject({ type: 'string', enum: ['Always', 'Never', 'OnFailure'] });
    expect(podSpec.properties['nodeSelector']).toMatchObject({ type: 'object', additionalProperties: { type: 'string' } });
  });

  it('keeps what stands beside a reference', () => {
    const port = core['io.k8s.api.core.v1.ServicePort']!;
    expect(port.properties['targetPort']).toEqual({ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString' });
    for (const schema of Object.values(core).flatMap(({ properties }) => Object.values(properties ?? {})))
      if ('$ref' in schema) expect(Object.keys(schema)).toEqual(['$ref']);
  });

  it('is empty for groups without built-in kinds', () => {
    expect(builtInOpenApiSchemas('argoproj.io', 'v1alpha1')).toEqual({});
    expect(builtInOpenApiSchemas('', 'v2')).toEqual({});
  });
});

describe('metadataOpenApiSchemas', () => {
  it('has all that metadata is made of', () => {
    expect(Object.keys(metadataOpenApiSchemas())).toEqual(
      expect.arrayContaining(
        ['ObjectMeta', 'OwnerReference', 'ManagedFieldsEntry', 'Time'].map((name) => expect.stringContaining(name) as string),
      ),
    );
  });
});
