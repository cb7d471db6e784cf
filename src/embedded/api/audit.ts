import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../kube/types/meta.ts';
import type { Clock } from '../../system/clock.ts';
import { toMicroTimestamp } from '../../system/time.ts';
import type { AuditEvent, Journal } from '../store/journal.ts';
import type { ApiRequest } from './request.ts';
import { apiVersionOf } from './resource.ts';

/** Writes one committed change into the journal: who, what, when, and the object before and afterwards. */
export function recordWrite(
  { clock, journal }: { clock: Clock; journal: Journal },
  { caller, definition, subresource }: ApiRequest,
  verb: AuditEvent['verb'],
  object: KubeObject,
  previous?: KubeObject,
): void {
  const timestamp = toMicroTimestamp(clock.now());
  const { namespace, name, uid, resourceVersion } = object.metadata;
  journal.append({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: randomUUID(),
    stage: 'ResponseComplete',
    requestURI: requestUri({ definition, subresource }, object, verb),
    verb,
    ...userFields(caller),
    sourceIPs: ['127.0.0.1'],
    userAgent: caller.userAgent,
    objectRef: {
      resource: definition.plural,
      ...(namespace !== undefined && { namespace }),
      name,
      ...(uid !== undefined && { uid }),
      ...(definition.group && { apiGroup: definition.group }),
      apiVersion: definition.version,
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(subresource !== undefined && { subresource }),
    },
    responseStatus: { code: verb === 'create' ? 201 : 200 },
    ...(previous && { previousObject: previous }),
    responseObject: object,
    requestReceivedTimestamp: timestamp,
    stageTimestamp: timestamp,
  });
}

function userFields({ user, groups, impersonatedBy }: ApiRequest['caller']): Pick<AuditEvent, 'user' | 'impersonatedUser'> {
  if (!impersonatedBy) return { user: { username: user, groups } };
  return { user: { username: impersonatedBy.user, groups: impersonatedBy.groups }, impersonatedUser: { username: user, groups } };
}

function requestUri({ definition, subresource }: Pick<ApiRequest, 'definition' | 'subresource'>, object: KubeObject, verb: string): string {
  const root = definition.group ? `/apis/${apiVersionOf(definition)}` : `/api/${definition.version}`;
  const namespace = object.metadata.namespace ? `/namespaces/${object.metadata.namespace}` : '';
  const name = verb === 'create' ? '' : `/${object.metadata.name}`;
  return `${root}${namespace}/${definition.plural}${name}${subresource ? `/${subresource}` : ''}`;
}
