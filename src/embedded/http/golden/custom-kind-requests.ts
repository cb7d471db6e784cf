import {
  type GoldenRequest,
  GOLDEN_NAMESPACE,
  CRDS,
  WIDGETS,
  MERGE_PATCH,
  TABLE,
  get,
  post,
  put,
  patch,
  remove,
} from './golden-request.ts';

/** The life of a custom kind, and of an object of it. */
export const customKinds: GoldenRequest[] = [
  post('define a kind', CRDS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.api.example' },
    spec: {
      group: 'api.example',
      names: { plural: 'widgets', kind: 'Widget', shortNames: ['wg'], categories: ['all'] },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1beta1',
          served: true,
          storage: false,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { color: { type: 'string' }, size: { type: 'integer', default: 3 } } } },
            },
          },
        },
        {
          name: 'v1',
          served: true,
          storage: true,
          selectableFields: [{ jsonPath: '.spec.color' }],
          subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
          additionalPrinterColumns: [
            { name: 'Color', type: 'string', jsonPath: '.spec.color' },
            { name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 1 },
          ],
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { color: { type: 'string' }, size: { type: 'integer', default: 3 } } },
                status: { type: 'object', properties: { size: { type: 'integer' } } },
              },
            },
          },
        },
      ],
    },
  }),
  get('its definition', `${CRDS}/widgets.api.example`),
  get('its group', '/apis/api.example'),
  get('its resources', '/apis/api.example/v1'),
  get('its resources in the other version', '/apis/api.example/v1beta1'),
  post('custom object', WIDGETS, {
    apiVersion: 'api.example/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec: { color: 'red', shape: 'round' },
  }),
  get('custom object in the other version', `/apis/api.example/v1beta1/namespaces/${GOLDEN_NAMESPACE}/widgets/w`),
  get('custom list in the other version', `/apis/api.example/v1beta1/namespaces/${GOLDEN_NAMESPACE}/widgets`),
  get('custom objects by a field', `${WIDGETS}?fieldSelector=spec.color%3Dred`),
  get(
    'custom objects by a field of another version',
    `/apis/api.example/v1beta1/namespaces/${GOLDEN_NAMESPACE}/widgets?fieldSelector=spec.color%3Dred`,
  ),
  get('custom table', WIDGETS, TABLE),
  get('custom scale', `${WIDGETS}/w/scale`),
  patch(
    'custom patch in the other version',
    `/apis/api.example/v1beta1/namespaces/${GOLDEN_NAMESPACE}/widgets/w`,
    { spec: { color: 'blue' } },
    MERGE_PATCH,
  ),
  patch('custom status', `${WIDGETS}/w/status`, { status: { size: 2 }, spec: { color: 'green' } }, MERGE_PATCH),
  patch('custom patch that changes nothing', `${WIDGETS}/w`, { spec: { color: 'blue' } }, MERGE_PATCH),
  put('custom update without a state', `${WIDGETS}/w`, { apiVersion: 'api.example/v1', kind: 'Widget', metadata: { name: 'w' }, spec: {} }),
  patch('custom patch of a wrong type', `${WIDGETS}/w`, { spec: { size: 'x' } }, MERGE_PATCH),
  patch('custom scale by patch', `${WIDGETS}/w/scale`, { spec: { replicas: 4 } }, MERGE_PATCH),
  remove('custom deletion', `${WIDGETS}/w`),
  remove('deletion of the definition', `${CRDS}/widgets.api.example`),
];
