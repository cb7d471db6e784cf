import type { KubeObject } from '../../../kube/types/meta.ts';
import type { ApiRequest } from '../../api/request.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import type { ObjectChange } from '../../api/writes.ts';
import type { MatchResources, ResourceRule } from './policy.ts';

/** A write as a policy is held against it. */
export interface PolicyRequest {
  request: ApiRequest;
  change: ObjectChange;
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** The namespace that the object is in. */
  namespace: KubeObject | undefined;
}

/** Whether a policy or a binding is about a request; one that names no resources is about every one. Models admission/plugin/policy/matching. */
export function isAbout(match: MatchResources | undefined, subject: PolicyRequest): boolean {
  if (!match) return true;
  const { resourceRules = [], excludeResourceRules = [], namespaceSelector, objectSelector } = match;
  if (excludeResourceRules.some((rule) => fits(rule, subject))) return false;
  if (resourceRules.length > 0 && !resourceRules.some((rule) => fits(rule, subject))) return false;
  return isSelectedNamespace(namespaceSelector, subject) && isSelectedObject(objectSelector, subject);
}

function fits(rule: ResourceRule, { request, change, operation }: PolicyRequest): boolean {
  const { definition, subresource } = request;
  const name = (change.object ?? change.oldObject)!.metadata.name;
  return (
    includes(rule.operations, operation) &&
    includes(rule.apiGroups, definition.group) &&
    includes(rule.apiVersions, definition.version) &&
    (rule.resources ?? []).some((resource) => namesResource(resource, definition.plural, subresource)) &&
    isInScope(rule.scope ?? '*', definition.isNamespaced) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  );
}

function includes(values: readonly string[] = [], value: string): boolean {
  return values.includes('*') || values.includes(value);
}

/** `pods` is the resource alone, `pods/*` with its subresources; `*` is every resource alone. */
function namesResource(pattern: string, plural: string, subresource = ''): boolean {
  const [resource, part] = pattern.split('/');
  if (resource !== '*' && resource !== plural) return false;
  return part === '*' || (part ?? '') === subresource;
}

function isInScope(scope: string, isNamespaced: boolean): boolean {
  return scope === '*' || scope === (isNamespaced ? 'Namespaced' : 'Cluster');
}

/** Objects outside namespaces are never left out, except that a Namespace is looked at itself. */
function isSelectedNamespace(selector: MatchResources['namespaceSelector'], { request, change, namespace }: PolicyRequest): boolean {
  const isNamespace = request.definition.group === '' && request.definition.plural === 'namespaces';
  const looked = isNamespace ? (change.object ?? change.oldObject) : namespace;
  return !looked || matchesLabelSelector(selector ?? {}, looked.metadata.labels ?? {});
}

function isSelectedObject(selector: MatchResources['objectSelector'] = {}, { change }: PolicyRequest): boolean {
  const objects = [change.object, change.oldObject].filter((object) => object !== undefined);
  return objects.some(({ metadata }) => matchesLabelSelector(selector, metadata.labels ?? {}));
}
