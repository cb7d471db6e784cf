import type { Container, PodSpec, PodTemplateSpec, Probe } from '../../../kube/types/core.ts';
import { defaultFieldRef } from './field-ref-default.ts';
import { imageTag } from './image-tag.ts';
import { defaultVolume } from './volume-defaults.ts';

/**
 * Fills in what the server adds to a pod template, in place: the Rollouts controller compares templates after the same defaulting.
 * Models apis/core/v1/defaults.go.
 */
export function defaultPodTemplate(template: PodTemplateSpec): void {
  defaultPodSpec(template.spec);
}

/** Fills in what the server adds to the spec of a pod or of a pod template, in place. */
export function defaultPodSpec(spec: PodSpec): void {
  spec['dnsPolicy'] ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec['securityContext'] ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec['schedulerName'] ||= 'default-scheduler';
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of containersOf(spec)) defaultContainer(container);
}

/** Every container of a pod: initial, regular and ephemeral ones. */
export function containersOf(spec: PodSpec): Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...((spec['ephemeralContainers'] as Container[] | undefined) ?? [])];
}

function defaultContainer(container: Container): void {
  container.imagePullPolicy ||= imageTag(container.image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
  container['terminationMessagePath'] ||= '/dev/termination-log';
  container['terminationMessagePolicy'] ||= 'File';
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const { valueFrom } of container.env ?? []) if (valueFrom?.fieldRef) defaultFieldRef(valueFrom.fieldRef);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe);
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop])
    if (handler?.httpGet) defaultHttpGet(handler.httpGet);
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: { path?: string; scheme?: string }): void {
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}
