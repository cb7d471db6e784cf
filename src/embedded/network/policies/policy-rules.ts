import type { ContainerPort } from '../../../kube/types/core.ts';
import type { IntOrString } from '../../../kube/types/meta.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../../../kube/types/networking.ts';
import { matchesLabelSelector, type Labels } from '../../api/selectors.ts';
import { isInBlock } from './ip-block.ts';

/** One end of a connection. */
export interface ConnectionEnd {
  ip: string;
  /** What policies know of the pod that has the address; absent outside the cluster. */
  pod?: PolicyPod;
}

/** A pod as policies see it. */
export interface PolicyPod {
  namespace: string;
  labels: Labels;
  namespaceLabels: Labels;
  /** The ports that its containers declare: what names of ports stand for. */
  ports: readonly ContainerPort[];
}

/** A connection that somebody wants to open. */
export interface Connection {
  from: ConnectionEnd;
  to: ConnectionEnd;
  port: number;
  protocol: 'TCP' | 'UDP';
}

interface Rule {
  peers?: readonly PolicyPeer[] | undefined;
  ports?: readonly PolicyPort[] | undefined;
}

/**
 * Whether policies allow a connection: those that isolate the source for egress must let it out, and those that isolate the destination for
 * ingress must let it in. What several policies allow adds up; a pod that none selects is open. Models networking.k8s.io/v1 NetworkPolicySpec.
 */
export function isAllowed(policies: readonly NetworkPolicy[], connection: Connection): boolean {
  const { from, to } = connection;
  const leaves = isLetThrough(selecting(policies, from.pod, 'Egress').map(egressRules), connection, to);
  return leaves && isLetThrough(selecting(policies, to.pod, 'Ingress').map(ingressRules), connection, from);
}

/** Rules of each policy with the namespace that its selectors mean when they name none. */
interface RulesOfPolicy {
  namespace: string;
  rules: readonly Rule[];
}

function egressRules({ metadata, spec }: NetworkPolicy): RulesOfPolicy {
  return { namespace: metadata.namespace!, rules: (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })) };
}

function ingressRules({ metadata, spec }: NetworkPolicy): RulesOfPolicy {
  return { namespace: metadata.namespace!, rules: (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports })) };
}

/** The policies that isolate a pod in one direction. */
function selecting(policies: readonly NetworkPolicy[], pod: PolicyPod | undefined, direction: 'Ingress' | 'Egress'): NetworkPolicy[] {
  if (!pod) return [];
  return policies.filter(
    (policy) =>
      policy.metadata.namespace === pod.namespace &&
      typesOf(policy).includes(direction) &&
      matchesLabelSelector(policy.spec?.podSelector, pod.labels),
  );
}

/** Without policyTypes a policy is about ingress, and about egress where it has rules for that. */
function typesOf({ spec = {} }: NetworkPolicy): readonly string[] {
  if (spec.policyTypes?.length) return spec.policyTypes;
  return spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
}

function isLetThrough(isolating: readonly RulesOfPolicy[], connection: Connection, peer: ConnectionEnd): boolean {
  if (isolating.length === 0) return true;
  return isolating.some(({ namespace, rules }) =>
    rules.some(({ peers, ports }) => matchesPeers(peers, peer, namespace) && matchesPorts(ports, connection)),
  );
}

/** No peers, or an empty list of them, is everybody. */
function matchesPeers(peers: readonly PolicyPeer[] | undefined, end: ConnectionEnd, namespace: string): boolean {
  return !peers?.length || peers.some((peer) => matchesPeer(peer, end, namespace));
}

function matchesPeer({ podSelector, namespaceSelector, ipBlock }: PolicyPeer, { ip, pod }: ConnectionEnd, namespace: string): boolean {
  if (ipBlock) return isInBlock(ip, ipBlock.cidr ?? '') && !(ipBlock.except ?? []).some((block) => isInBlock(ip, block));
  if (!pod || (!podSelector && !namespaceSelector)) return false;
  const isThere = namespaceSelector ? matchesLabelSelector(namespaceSelector, pod.namespaceLabels) : pod.namespace === namespace;
  return isThere && matchesLabelSelector(podSelector, pod.labels);
}

/** No ports, or an empty list of them, is every port of every protocol. */
function matchesPorts(ports: readonly PolicyPort[] | undefined, connection: Connection): boolean {
  return !ports?.length || ports.some((port) => matchesPort(port, connection));
}

function matchesPort({ protocol = 'TCP', port, endPort }: PolicyPort, connection: Connection): boolean {
  if (protocol !== connection.protocol) return false;
  if (port === undefined) return true;
  const first = numberOf(port, connection);
  if (first === undefined) return false;
  return endPort === undefined ? connection.port === first : first <= connection.port && connection.port <= endPort;
}

/** A port's name is what the containers of the destination call it. */
function numberOf(port: IntOrString, { to, protocol }: Connection): number | undefined {
  if (typeof port === 'number') return port;
  return to.pod?.ports.find((declared) => declared.name === port && (declared.protocol ?? 'TCP') === protocol)?.containerPort;
}
