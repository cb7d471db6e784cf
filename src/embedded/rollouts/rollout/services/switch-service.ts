import type { Service } from '../../../../kube/types/core.ts';
import { cloneJson } from '../../../../system/json.ts';
import { ApiError } from '../../../api/api-error.ts';
import { HASH_LABEL, MANAGED_BY, SERVICES } from '../names.ts';
import type { RolloutPass } from '../rollout-pass.ts';

/** The hash of the revision that a Service leads to; empty when it leads to all of them. */
export function selectedHash(service: Service | undefined): string {
  return service?.spec?.selector?.[HASH_LABEL] ?? '';
}

/** A copy of a Service of the Rollout's namespace; throws when it is not there. */
export function requireService({ tools, namespace }: RolloutPass, name: string): Service {
  const service = tools.api.get<Service>(SERVICES, namespace, name);
  if (!service) throw new ApiError(404, 'NotFound', `service "${name}" not found`);
  return cloneJson(service);
}

/** Leads a Service to a revision and marks it as steered by the Rollout; the copy in hand learns of it. Models rollout/service.go switchServiceSelector. */
export function switchService(pass: RolloutPass, service: Service, hash: string): void {
  const before = selectedHash(service);
  const isManaged = service.metadata.annotations?.[MANAGED_BY] !== undefined;
  const hasHash = service.spec?.selector?.[HASH_LABEL] !== undefined;
  if (hasHash && before === hash && isManaged) return;
  const body = {
    ...(!isManaged && { metadata: { annotations: { [MANAGED_BY]: pass.rollout.metadata.name } } }),
    spec: { selector: { [HASH_LABEL]: hash } },
  };
  pass.tools.api.patch(SERVICES, pass.namespace, service.metadata.name, { type: 'strategic', body });
  pass.tell('SwitchService', `Switched selector for service '${service.metadata.name}' from '${before}' to '${hash}'`);
  service.spec = { ...service.spec, selector: { ...service.spec?.selector, [HASH_LABEL]: hash } };
}
