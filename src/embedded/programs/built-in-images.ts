import { createHash } from 'node:crypto';
import { ADVISORIES_RELEASES } from '../../apps/advisories/releases.ts';
import { ORDERS_RELEASES } from '../../apps/orders/releases.ts';
import { DEPLOYER_RELEASES } from '../../apps/deployer/releases.ts';
import { GITOPS_RELEASES } from '../../apps/gitops/releases.ts';
import { RELEASES } from '../../apps/shop/releases.ts';
import { runAdvisories } from './advisories-server.ts';
import { DEBIAN_COMMANDS } from './debian-commands.ts';
import { runGitops } from './gitops-server.ts';
import type { Image, ServerProgram } from './image.ts';
import { runOrders } from './orders-server.ts';
import { runShop } from './shop-server.ts';
import { ENTRYPOINT_IMAGE, SHELL_IMAGE } from './tekton-images.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const DEBIAN_FILES: Readonly<Record<string, string>> = {
  '/etc/os-release': `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
  '/etc/debian_version': '12.12\n',
  '/etc/passwd': `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`,
  '/etc/group': 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n',
};

type Content = Omit<Image, 'reference' | 'digest'>;

const DEBIAN: Content = {
  entrypoint: [],
  cmd: ['bash'],
  env: { PATH },
  workingDirectory: '/',
  user: 0,
  files: DEBIAN_FILES,
  commands: DEBIAN_COMMANDS,
  servers: {},
};

const NODE: Content = { ...DEBIAN, cmd: ['node'], commands: [...DEBIAN_COMMANDS, 'node'] };

/** Built on Alpine: what its labs use of BusyBox behaves as Debian's tools do, and BusyBox has a `wget`. */
const NUCLEI: Content = { ...DEBIAN, entrypoint: ['nuclei'], cmd: [], commands: [...DEBIAN_COMMANDS, 'wget', 'nuclei'] };

/** What a pipeline deploys with: kubectl, and a shell to call it from. */
const DEPLOYER: Content = { ...DEBIAN, commands: [...DEBIAN_COMMANDS, 'kubectl'] };

/** Tekton's entrypoint and nothing else. */
const TEKTON_ENTRYPOINT: Content = {
  ...DEBIAN,
  cmd: [],
  entrypoint: ['/ko-app/entrypoint'],
  commands: [],
  programs: { '/ko-app/entrypoint': 'tekton-entrypoint' },
};

/** An app of the labs: everything of Node's image, and a server in `/app` whose tag is its release. */
function app(release: string, server: ServerProgram): Content {
  return {
    ...NODE,
    cmd: ['node', '/app/main.js'],
    env: { PATH, RELEASE: release },
    workingDirectory: '/app',
    user: 1000,
    servers: { 'node /app/main.js': server },
  };
}

/** Every image that can be pulled, by its complete name. */
export const BUILT_IN_IMAGES: readonly Image[] = [
  define('docker.io/library/debian:bookworm-slim', DEBIAN),
  define('docker.io/library/node:20-bookworm-slim', NODE),
  define('docker.io/projectdiscovery/nuclei:v3.4.10', NUCLEI),
  ...DEPLOYER_RELEASES.map((release) => define(`docker.io/lab/deployer:${release}`, DEPLOYER)),
  define(ENTRYPOINT_IMAGE, TEKTON_ENTRYPOINT),
  pinned(SHELL_IMAGE, DEBIAN),
  ...Object.keys(RELEASES).map((release) => define(`docker.io/lab/shop:${release}`, app(release, runShop))),
  ...ORDERS_RELEASES.map((release) => define(`docker.io/lab/orders:${release}`, app(release, runOrders))),
  ...ADVISORIES_RELEASES.map((release) => define(`docker.io/lab/advisories:${release}`, app(release, runAdvisories))),
  ...GITOPS_RELEASES.map((release) => define(`docker.io/lab/gitops:${release}`, app(release, runGitops))),
];

function define(reference: string, content: Content): Image {
  const { servers, ...plain } = content;
  const identity = JSON.stringify([reference, plain, Object.keys(servers)]);
  return { reference, digest: `sha256:${createHash('sha256').update(identity).digest('hex')}`, ...content };
}

/** An image that pods ask for by the digest that the real one has. */
function pinned(name: string, content: Content): Image {
  const [repository = '', digest = ''] = name.split('@');
  return { ...define(`${repository}:latest`, content), digest };
}
