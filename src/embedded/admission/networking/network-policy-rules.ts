import type { IntOrString, StatusCause } from '../../../kube/types/meta.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../../../kube/types/networking.ts';
import { forbiddenValue, invalidValue, requiredValue } from '../../schema/field-causes.ts';
import { checkSupported } from '../checks.ts';
import { checkCidr, isCidr, isStrictSubset } from '../ip-validation.ts';
import type { KindRules } from '../kind-rules.ts';
import { checkLabelSelector } from '../label-validation.ts';
import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain, portNumber } from '../name-problems.ts';
import { checkPortReference } from '../pods/probe-validation.ts';

/** Rules for NetworkPolicies. Models apis/networking/v1/defaults.go and networking/validation. */
export const networkPolicyRules: KindRules<NetworkPolicy> = {
  completeDefaults({ spec }) {
    if (!spec) return;
    const { ingress = [], egress = [] } = spec;
    for (const { ports = [] } of [...ingress, ...egress]) for (const port of ports) port.protocol ??= 'TCP';
    if (!spec.policyTypes?.length) spec.policyTypes = egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  validate(draft, previous) {
    const { podSelector, policyTypes = [], ingress = [], egress = [] } = draft.spec ?? {};
    return [
      ...checkMetadata(draft, previous, dns1123Subdomain),
      ...checkLabelSelector('spec.podSelector', podSelector),
      ...ingress.flatMap((rule, index) => checkRule(`spec.ingress[${index}]`, 'from', rule.from, rule.ports)),
      ...egress.flatMap((rule, index) => checkRule(`spec.egress[${index}]`, 'to', rule.to, rule.ports)),
      ...checkTypes(policyTypes),
    ];
  },
};

function checkTypes(types: readonly string[]): StatusCause[] {
  if (types.length > 2) return [invalidValue('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  return types.flatMap((type, index) => checkSupported(`spec.policyTypes[${index}]`, type, ['Ingress', 'Egress']));
}

function checkRule(
  field: string,
  direction: 'from' | 'to',
  peers: readonly PolicyPeer[] = [],
  ports: readonly PolicyPort[] = [],
): StatusCause[] {
  return [
    ...ports.flatMap((port, index) => checkPort(`${field}.ports[${index}]`, port)),
    ...peers.flatMap((peer, index) => checkPeer(`${field}.${direction}[${index}]`, peer)),
  ];
}

function checkPort(field: string, { protocol, port, endPort }: PolicyPort): StatusCause[] {
  return [
    ...(protocol === undefined ? [] : checkSupported(`${field}.protocol`, protocol, ['TCP', 'UDP', 'SCTP'])),
    ...(port === undefined ? [] : checkPortReference(`${field}.port`, port)),
    ...(endPort === undefined ? [] : checkEndPort(`${field}.endPort`, port, endPort)),
  ];
}

function checkEndPort(field: string, port: IntOrString | undefined, endPort: number): StatusCause[] {
  if (port === undefined) return [invalidValue(field, endPort, 'may not be specified when `port` is not specified')];
  if (typeof port === 'string') return [invalidValue(field, endPort, 'may not be specified when `port` is non-numeric')];
  if (endPort < port) return [invalidValue(field, endPort, 'must be greater than or equal to `port`')];
  return portNumber(endPort).map((problem) => invalidValue(field, endPort, problem));
}

function checkPeer(field: string, { podSelector, namespaceSelector, ipBlock }: PolicyPeer): StatusCause[] {
  const isNothing = !podSelector && !namespaceSelector && !ipBlock;
  const isTooMuch = ipBlock && (podSelector ?? namespaceSelector);
  return [
    ...checkLabelSelector(`${field}.podSelector`, podSelector),
    ...checkLabelSelector(`${field}.namespaceSelector`, namespaceSelector),
    ...(ipBlock ? checkIpBlock(`${field}.ipBlock`, ipBlock) : []),
    ...(isNothing ? [requiredValue(field, 'must specify a peer')] : []),
    ...(isTooMuch ? [forbiddenValue(field, 'may not specify both ipBlock and another peer')] : []),
  ];
}

function checkIpBlock(field: string, { cidr = '', except = [] }: NonNullable<PolicyPeer['ipBlock']>): StatusCause[] {
  if (cidr === '') return [requiredValue(`${field}.cidr`)];
  const wrong = checkCidr(`${field}.cidr`, cidr);
  if (wrong.length > 0) return wrong;
  return except.flatMap((block, index) => {
    const place = `${field}.except[${index}]`;
    if (!isCidr(block)) return checkCidr(place, block);
    return isStrictSubset(block, cidr) ? [] : [invalidValue(place, block, 'must be a strict subset of `cidr`')];
  });
}
