import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrillFault, ServiceName } from '../../../../grader/index.ts';
import { ClusterError } from '../../../errors.ts';
import type { KubeClient } from '../../../kube/client.ts';
import { watchCollections } from '../../../kube/watch-collections.ts';
import type { Docker } from '../../../system/docker.ts';
import { parseDuration } from '../../../system/duration.ts';
import type { Breaker } from '../../drill-steps.ts';
import type { KindProgram } from '../kind-program.ts';
import { NUCLEI_IMAGE } from '../settings.ts';
import { customerAddresses } from './customer.ts';

export interface LiveFaultsOptions {
  docker: Docker;
  kind: KindProgram;
  client: KubeClient;
  cluster: { name: string; node: string };
  production: ServiceName;
}

/** The image that a program of the labs comes in, and where it is in it. */
const PROGRAMS: Readonly<Record<string, { image: string; path: string }>> = {
  nuclei: { image: NUCLEI_IMAGE, path: '/usr/local/bin/nuclei' },
};
/** Images that the cluster itself needs. */
const SPARED = /^(registry\.k8s\.io|docker\.io\/kindest|quay\.io\/argoproj|docker\.io\/lab)\//;
/** Where an image is kept while another one, or none, has its name. */
const KEPT = 'docker.io/lab-kept';
/** Images in which a program was replaced. */
const BROKEN = 'docker.io/lab/broken-';
const HOSTS_MARK = '# lab drill';
const REGISTRIES = ['docker.io', 'registry-1.docker.io', 'auth.docker.io', 'quay.io', 'ghcr.io', 'gcr.io', 'public.ecr.aws'];
/** How long kube-proxy needs to follow what has changed. */
const PROXY_RUN_MS = 1_500;

/** Breaks things on the node of a real cluster. Everything can be taken back, also by another process after this one was killed. */
export class LiveFaults implements Breaker {
  readonly #options: LiveFaultsOptions;
  #slow: { stop: AbortController; ended: Promise<void> } | undefined;

  constructor(options: LiveFaultsOptions) {
    this.#options = options;
  }

  async break(fault: DrillFault): Promise<void> {
    if ('unpullable' in fault) await this.#hideImages(new RegExp(fault.unpullable));
    else if ('crash' in fault) await this.#replaceProgram(fault.crash.command, crashing(fault.crash));
    else if ('hang' in fault) await this.#replaceProgram(fault.hang.command, HANGING);
    else if ('unreachable' in fault) await this.#refuseConnections(fault.unreachable.service);
    else await this.#slowProxy(parseDuration(fault.slowEndpoints)!);
  }

  async mend(): Promise<void> {
    this.#slow?.stop.abort();
    await this.#slow?.ended;
    this.#slow = undefined;
    await this.#onNode('pkill -CONT kube-proxy || true');
    await this.#onNode(
      'while iptables -D FORWARD -m comment --comment lab-drill -j LAB-DRILL 2>/dev/null; do :; done; iptables -F LAB-DRILL 2>/dev/null; iptables -X LAB-DRILL 2>/dev/null; true',
    );
    // Why: /etc/hosts of a container is a mount, which can be written but not replaced.
    await this.#onNode(`hosts=$(grep -v '${HOSTS_MARK}' /etc/hosts) && printf '%s\\n' "$hosts" >/etc/hosts`);
    const images = await this.#images();
    for (const broken of images.filter((image) => image.startsWith(BROKEN))) await this.#ctr('rm', broken);
    for (const kept of images.filter((image) => image.startsWith(`${KEPT}/`))) {
      const original = fromHex(kept.slice(KEPT.length + 1, kept.lastIndexOf(':')));
      await this.#ctr('tag', '--force', kept, original);
      await this.#ctr('rm', kept);
    }
  }

  async #hideImages(pattern: RegExp): Promise<void> {
    for (const image of await this.#images()) {
      if (SPARED.test(image) || image.startsWith(KEPT) || !pattern.test(shortName(image))) continue;
      await this.#keep(image);
      await this.#ctr('rm', '--sync', image);
    }
    const lines = REGISTRIES.map((host) => `127.0.0.1 ${host} ${HOSTS_MARK}`).join('\\n');
    await this.#onNode(`printf '${lines}\\n' >>/etc/hosts`);
  }

  /** Gives the image of a program another program in its place. */
  async #replaceProgram(command: string, script: string): Promise<void> {
    const program = PROGRAMS[command];
    if (!program) throw new ClusterError(`"${command}" cannot be broken on a real cluster`);
    const { docker, kind, cluster } = this.#options;
    const folder = await mkdtemp(join(tmpdir(), 'lab-broken-'));
    const tag = `lab/broken-${command}:drill`;
    try {
      await writeFile(join(folder, 'Dockerfile'), `FROM ${program.image}\nCOPY program ${program.path}\n`);
      await writeFile(join(folder, 'program'), script);
      await chmod(join(folder, 'program'), 0o755);
      await docker.build({ folder, files: ['Dockerfile', 'program'], dockerfile: 'Dockerfile', tag, args: {}, labels: {} });
      await kind.load(cluster.name, [tag], { signal: new AbortController().signal, onLine: () => undefined });
    } finally {
      await rm(folder, { recursive: true, force: true });
      await docker.removeImage(tag);
    }
    const image = `docker.io/${program.image}`;
    await this.#keep(image);
    await this.#ctr('tag', '--force', `docker.io/${tag}`, image);
  }

  /**
   * Refuses what pods send through the Service's address, whoever the pods behind it are at that moment. Customers and the kubelet still
   * get through, as in a drill on the embedded cluster: what is broken is the way of the scanner.
   */
  async #refuseConnections(service: string): Promise<void> {
    const { client, production } = this.#options;
    const found = await client.get('services', production.namespace, service);
    const address = (found?.['spec'] as { clusterIP?: string } | undefined)?.clusterIP;
    if (address === undefined) throw new ClusterError(`there is no Service ${service} to cut off`);
    const spared = (await customerAddresses(client)).map((source) => `iptables -I LAB-DRILL 1 -s ${source} -j RETURN && `);
    await this.#onNode(
      'iptables -N LAB-DRILL 2>/dev/null; ' +
        `${spared.join('')}iptables -A LAB-DRILL -p tcp -m conntrack --ctdir ORIGINAL --ctorigdst ${address} -j REJECT --reject-with tcp-reset && ` +
        'iptables -I FORWARD 1 -m comment --comment lab-drill -j LAB-DRILL',
    );
  }

  /** Lets the node's proxy see changes only after a while. */
  async #slowProxy(delayMs: number): Promise<void> {
    const stop = new AbortController();
    const { client, production } = this.#options;
    const timers = new Set<NodeJS.Timeout>();
    const later = (afterMs: number, act: () => void): void => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        act();
      }, afterMs);
      timers.add(timer);
    };
    const signalProxy = (signal: 'STOP' | 'CONT'): void => void this.#onNode(`pkill -${signal} kube-proxy`).catch(() => undefined);
    await this.#onNode('pkill -STOP kube-proxy');
    const resources = ['services', 'endpointslices.discovery.k8s.io'];
    const ended = watchCollections(client, { namespace: production.namespace, resources, signal: stop.signal }, () =>
      later(delayMs, () => {
        signalProxy('CONT');
        later(PROXY_RUN_MS, () => !stop.signal.aborted && signalProxy('STOP'));
      }),
    ).finally(() => {
      for (const timer of timers) clearTimeout(timer);
    });
    ended.catch(() => undefined);
    this.#slow = { stop, ended };
  }

  async #keep(image: string): Promise<void> {
    await this.#ctr('tag', '--force', image, `${KEPT}/${toHex(image)}:kept`);
  }

  async #images(): Promise<string[]> {
    const listed = await this.#ctr('ls', '-q');
    return listed.split('\n').filter((name) => name !== '' && !name.includes('@') && !name.startsWith('sha256:'));
  }

  #ctr(...words: string[]): Promise<string> {
    return this.#run(['ctr', '--namespace', 'k8s.io', 'images', ...words]);
  }

  #onNode(script: string): Promise<string> {
    return this.#run(['sh', '-c', script]);
  }

  async #run(words: string[]): Promise<string> {
    const { docker, cluster } = this.#options;
    const { exitCode, stdout, stderr } = await docker.exec(cluster.node, words);
    if (exitCode === 0) return stdout;
    throw new ClusterError(`the node refused \`${words.join(' ')}\`: ${stderr.trim() || `exit code ${exitCode}`}`);
  }
}

const HANGING = '#!/bin/sh\nexec sleep 1000000\n';

function crashing({ command, code }: { command: string; code: number }): string {
  return `#!/bin/sh\necho '${command}: something inside is broken' >&2\nexit ${code}\n`;
}

/** As a person writes it: without the registry that is meant when none is named. */
function shortName(image: string): string {
  return image.replace(/^docker\.io\/(library\/)?/, '');
}

/** A name that a part of an image's name may have. */
function toHex(text: string): string {
  return Buffer.from(text).toString('hex');
}

function fromHex(text: string): string {
  return Buffer.from(text, 'hex').toString('utf8');
}
