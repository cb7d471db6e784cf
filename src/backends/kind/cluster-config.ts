import { LOG_FILE, LOG_FOLDER, POLICY_FILE, POLICY_FOLDER } from './audit-policy.ts';
import { ARCHIVES_IN_NODE } from './image-archive.ts';
import { isAtLeast, type MinorVersion } from './node-version.ts';

export interface ClusterConfigOptions {
  name: string;
  nodeImage: string;
  version: MinorVersion;
  /** Folder on this machine that holds the audit policy. */
  policyFolder: string;
  /** Folder on this machine that holds archives of images. */
  archiveFolder: string;
  /** Folder on this machine that pods may read. */
  sharedFolder?: string;
  /** 0 takes a free port. */
  apiPort: number;
}

/** Where pods find what this machine shares with them. */
const SHARED_FOLDER = '/lab/git';

type Arguments = Readonly<Record<string, string>>;

/** Arguments of the API server; `runtime-config` is what kind itself says, for a list replaces kind's own. */
const API_SERVER_ARGUMENTS: Arguments = {
  'runtime-config': '',
  'audit-policy-file': `${POLICY_FOLDER}/${POLICY_FILE}`,
  'audit-log-path': `${LOG_FOLDER}/${LOG_FILE}`,
  'audit-log-format': 'json',
  'audit-log-maxsize': '50',
  'audit-log-maxbackup': '8',
};

/** There is one of each, which need not ask whether it leads. */
const SOLE: Arguments = { 'leader-elect': 'false' };

/**
 * Arguments of the controller manager: left to its 20 requests a second, it takes five seconds from when it starts until it looks at the first
 * Deployment, for each of its controllers asks for an account and a token. `enable-hostpath-provisioner` is what kind itself says.
 */
const CONTROLLER_MANAGER_ARGUMENTS: Arguments = {
  ...SOLE,
  'enable-hostpath-provisioner': 'true',
  'kube-api-qps': '200',
  'kube-api-burst': '400',
};

/** From this version of Kubernetes on kind writes kubeadm v1beta4, in which arguments are a list; before, v1beta3, in which they are a map. */
const FIRST_WITH_LISTS: MinorVersion = [1, 36];

/** The kind cluster as data: one node, the API on 127.0.0.1 only, and an audit log of what a lab is about. */
export function clusterConfig({
  name,
  nodeImage,
  version,
  policyFolder,
  archiveFolder,
  sharedFolder,
  apiPort,
}: ClusterConfigOptions): Record<string, unknown> {
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    name,
    networking: { apiServerAddress: '127.0.0.1', ...(apiPort > 0 && { apiServerPort: apiPort }) },
    nodes: [
      {
        role: 'control-plane',
        image: nodeImage,
        extraMounts: [
          { hostPath: policyFolder, containerPath: POLICY_FOLDER, readOnly: true },
          { hostPath: archiveFolder, containerPath: ARCHIVES_IN_NODE, readOnly: true },
          ...(sharedFolder === undefined ? [] : [{ hostPath: sharedFolder, containerPath: SHARED_FOLDER, readOnly: true }]),
        ],
        // Why: a patch is a text to kind, and JSON is YAML.
        kubeadmConfigPatches: [JSON.stringify(kubeadmPatch(version))],
      },
    ],
  };
}

function kubeadmPatch(version: MinorVersion): Record<string, unknown> {
  const hasLists = isAtLeast(version, FIRST_WITH_LISTS);
  const toExtraArgs = (given: Arguments): unknown => (hasLists ? Object.entries(given).map(([name, value]) => ({ name, value })) : given);
  return {
    apiVersion: hasLists ? 'kubeadm.k8s.io/v1beta4' : 'kubeadm.k8s.io/v1beta3',
    kind: 'ClusterConfiguration',
    apiServer: {
      extraArgs: toExtraArgs(API_SERVER_ARGUMENTS),
      extraVolumes: [
        { name: 'audit-policy', hostPath: POLICY_FOLDER, mountPath: POLICY_FOLDER, readOnly: true, pathType: 'Directory' },
        { name: 'audit-log', hostPath: LOG_FOLDER, mountPath: LOG_FOLDER, readOnly: false, pathType: 'DirectoryOrCreate' },
      ],
    },
    controllerManager: { extraArgs: toExtraArgs(CONTROLLER_MANAGER_ARGUMENTS) },
    scheduler: { extraArgs: toExtraArgs(SOLE) },
  };
}
