import { formatSpan } from '../cli/span.ts';
import type { OpenCluster } from '../backends/backend.ts';
import { describePhase } from '../kube/rollout-status.ts';
import { readProduction, type ProductionView } from '../kube/production.ts';
import { progressOf, readProgress, type ScenarioProgress } from '../session/progress.ts';
import { readSession, type Session } from '../session/session.ts';
import { workspaceFolder } from '../session/workspace.ts';
import type { CommandContext } from './context.ts';
import { shownPath } from './shown-path.ts';

/** What `lab status --json` prints. */
export interface LabStatus extends Partial<ProductionView> {
  apiVersion: 'lab/v1';
  kind: 'Status';
  /** Its id; absent, as is what goes with it, when no scenario was started. */
  scenario?: string;
  title?: string;
  namespace?: string;
  /** RFC 3339. */
  startedAt?: string;
  backend?: string;
  cluster: { running: boolean; pid?: number; kubeconfig?: string };
  workspace?: string;
  progress?: ScenarioProgress;
}

/** `lab status`: the scenario, its cluster, and who serves production. Looks only: a cluster that is down stays down. */
export async function status(context: CommandContext, { isJson }: { isJson: boolean }): Promise<number> {
  const session = await readSession(context.paths);
  const found = session ? await statusOf(context, session) : noStatus();
  if (isJson) context.io.line(JSON.stringify(found, undefined, 2));
  else tell(context, found);
  return 0;
}

function noStatus(): LabStatus {
  return { apiVersion: 'lab/v1', kind: 'Status', cluster: { running: false } };
}

async function statusOf(context: CommandContext, session: Session): Promise<LabStatus> {
  const { paths } = context;
  const { scenario, backend, startedAt } = session;
  const [cluster, progress] = await Promise.all([
    session.isPlanted ? context.loadBackend(backend).then((loaded) => loaded.open(scenario.id)) : undefined,
    readProgress(paths),
  ]);
  try {
    return {
      apiVersion: 'lab/v1',
      kind: 'Status',
      scenario: scenario.id,
      title: scenario.title,
      namespace: scenario.namespace,
      startedAt,
      backend,
      cluster: clusterStatus(cluster),
      ...(cluster && (await readProduction(cluster.client, scenario))),
      workspace: workspaceFolder(paths, scenario.id),
      progress: progressOf(progress, scenario.id),
    };
  } finally {
    cluster?.close();
  }
}

function clusterStatus(cluster: OpenCluster | undefined): LabStatus['cluster'] {
  if (!cluster) return { running: false };
  return { running: true, ...(cluster.pid !== undefined && { pid: cluster.pid }), kubeconfig: cluster.kubeconfig };
}

function tell({ io }: CommandContext, found: LabStatus): void {
  const { scenario, cluster, production, preview, rollout, progress } = found;
  if (!scenario) {
    io.line('No scenario has been started. `lab list` shows what there is; `lab start scenario-1` begins.');
    return;
  }
  const rows: [string, string][] = [
    ['Scenario', `${found.title} (${scenario})`],
    [
      'Cluster',
      cluster.running
        ? `${found.backend}, running${cluster.pid === undefined ? '' : ` (process ${cluster.pid})`}`
        : `${found.backend}, not running`,
    ],
  ];
  if (production) rows.push(['Production', describeServed(production, rollout)]);
  if (preview) rows.push(['Preview', describeServed(preview, rollout)]);
  if (rollout) rows.push(['Rollout', `${rollout.name}: ${describePhase(rollout)}`], ['Declared', rollout.image ?? 'no image']);
  if (found.workspace !== undefined) rows.push(['Workspace', `${shownPath(found.workspace, io.cwd)}/`]);
  if (progress?.best)
    rows.push([
      'Best check',
      `${progress.best.earned} of ${progress.best.possible} points, ${formatSpan(io.now() - Date.parse(progress.best.at))} ago`,
    ]);
  for (const [label, text] of rows) io.line(`${io.paint(label.padEnd(12), 'faint')}${text}`);
  if (!cluster.running) io.line(`\n\`lab start ${scenario}\` brings it back.`);
}

function describeServed(
  { service, release, revision, readyEndpoints }: NonNullable<LabStatus['production']>,
  rollout: LabStatus['rollout'],
): string {
  const what =
    release === undefined
      ? `nothing that ${rollout ? 'the Rollout knows' : 'is of one release'}`
      : `release ${release}${revision === undefined ? '' : ` (revision ${revision})`}`;
  return `${what}, ${readyEndpoints} ready endpoint${readyEndpoints === 1 ? '' : 's'} behind ${service}`;
}
