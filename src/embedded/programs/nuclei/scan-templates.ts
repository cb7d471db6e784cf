import type { Task } from '../../shell/kernel/task.ts';
import { clusterTemplates, requestCount, separateTemplates, type TemplateGroup } from './cluster-templates.ts';
import { executeGroup, type Scan } from './execute-group.ts';
import type { LoadedTemplate } from './load-templates.ts';
import { runSideBySide } from './run-side-by-side.ts';

/** Runs templates against targets, several at a time. Models core.Engine.ExecuteScanWithOpts. */
export function* scanTemplates(scan: Scan, templates: readonly LoadedTemplate[], targets: readonly string[]): Task<void> {
  const groups = yield* groupTemplates(scan, templates, targets.length);
  const { concurrency, bulkSize, isHostSpray } = scan.options;
  if (isHostSpray) {
    const perTarget = targets.map(
      (target) => () =>
        runSideBySide(
          groups.map((group) => () => executeGroup(scan, group, target)),
          concurrency,
        ),
    );
    yield* runSideBySide(perTarget, bulkSize);
  } else {
    const perGroup = groups.map(
      (group) => () =>
        runSideBySide(
          targets.map((target) => () => executeGroup(scan, group, target)),
          bulkSize,
        ),
    );
    yield* runSideBySide(perGroup, concurrency);
  }
}

function* groupTemplates(scan: Scan, templates: readonly LoadedTemplate[], targetCount: number): Task<TemplateGroup[]> {
  if (!scan.options.mayCluster) return separateTemplates(templates);
  const groups = clusterTemplates(templates);
  const clustered = groups.filter(({ members }) => members.length > 1);
  const before = templates.reduce((count, loaded) => count + requestCount(loaded), 0) * targetCount;
  const after = groups.reduce((count, { members }) => count + (members.length > 1 ? 1 : requestCount(members[0]!)), 0) * targetCount;
  const count = clustered.reduce((sum, { members }) => sum + members.length, 0);
  if (after < before) yield* scan.logger.info(`Templates clustered: ${count} (Reduced ${before - after} Requests)`);
  return groups;
}
